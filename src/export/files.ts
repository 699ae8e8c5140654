import type { ContainerFile } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { type SecretTexts, completeText } from "../deployment/value.ts";
import type { ExportFile } from "../disk/export-file.ts";

/**
 * The files of containers, in a folder beside the Compose file. Docker mounts each as it is, mode included, and the
 * container's user has to read it: so it is the folder (0700) that keeps others out, who reach a file by its path only.
 */
export const fileTexts = (deployment: Realization, secrets: SecretTexts): ExportFile[] =>
  deployment.containers.flatMap((service) =>
    service.files
      .filter((file) => !isInline(file))
      .map((file) => ({
        path: pathOf(deployment, service, file),
        text: completeText(file.content, secrets),
        ...(file.encoding && { encoding: file.encoding }),
        mode: file.mode === "0755" ? 0o755 : 0o644,
      })),
  );

/** Whether a file has an owner or mode of its own: Compose gives them only to what stands in its file. */
const isInline = ({ user, group, isExact }: ContainerFile): boolean =>
  user !== undefined || group !== undefined || isExact === true;

/** The mounts of a container's files, and its grants of those that stand in the Compose file. */
export const fileKeys = (deployment: Realization, service: Container): { volumes: string[]; configs?: object[] } => {
  const inline = service.files.filter(isInline);
  return {
    volumes: service.files.filter((file) => !isInline(file)).map((file) => fileMount(deployment, service, file)),
    ...(inline.length > 0 && {
      configs: inline.map(({ target, user, group, mode }) => ({
        source: slug(service, target),
        target,
        uid: user,
        gid: group,
        mode,
      })),
    }),
  };
};

/** The files that stand in the Compose file, by name. */
export const inlineTexts = (
  { containers }: Realization,
  secrets: SecretTexts,
): Record<string, { readonly content: string }> =>
  Object.fromEntries(
    containers.flatMap((service) =>
      service.files
        .filter(isInline)
        .map(({ target, content }) => [slug(service, target), { content: completeText(content, secrets) }]),
    ),
  );

/** A file's mount, relative to the Compose file, which both of Compose's versions take in the short form only. */
const fileMount = (deployment: Realization, service: Container, file: ContainerFile): string =>
  `./${pathOf(deployment, service, file)}:${file.target}:ro`;

/** `hospital-a.secrets/app-run-secrets-TOKEN` */
const pathOf = ({ stack }: Realization, service: Container, { target }: ContainerFile): string =>
  `${stack}.secrets/${slug(service, target)}`;

const slug = ({ key }: Container, target: string): string => `${key}${target}`.replace(/[^A-Za-z0-9._-]/g, "-");
