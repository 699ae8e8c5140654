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
    service.files.map((file) => ({
      path: pathOf(deployment, service, file),
      text: completeText(file.content, secrets),
      mode: 0o644,
    })),
  );

/** A file's mount, relative to the Compose file, which both of Compose's versions take in the short form only. */
export const fileMount = (deployment: Realization, service: Container, file: ContainerFile): string =>
  `./${pathOf(deployment, service, file)}:${file.target}:ro`;

/** `hospital-a.secrets/app-run-secrets-TOKEN` */
const pathOf = ({ stack }: Realization, { key }: Container, { target }: ContainerFile): string =>
  `${stack}.secrets/${`${key}${target}`.replace(/[^A-Za-z0-9._-]/g, "-")}`;
