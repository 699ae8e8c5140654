import type { Finding } from "../findings/finding.ts";
import { instruction } from "../findings/remedy.ts";
import type { ContainerFile, Deployment, Service } from "./deployment.ts";

/**
 * Secrets and configs whose mode keeps the process of their service from reading them: the files belong to root, as the
 * engine's provider sets no owner. A wider mode is not set by itself, as it is the blueprint that asks for the narrow
 * one.
 * @param userOf the user of a service's process; undefined where it is unknown, or reported elsewhere
 */
export const unreadableFiles = (
  { stack, services }: Pick<Deployment, "stack" | "services">,
  userOf: (service: Service) => string | undefined,
): Finding[] =>
  services.flatMap((service) => {
    const user = userOf(service);
    return user === undefined
      ? []
      : service.files
          .filter((file) => !mayRead(user, service, file))
          .map(({ target, mode, source }) => ({
            code: "file-unreadable" as const,
            severity: "warning" as const,
            kind: "configuration",
            key: `${service.key}: ${target}`,
            message: `the user ${user} cannot read it: it belongs to root and has the mode ${mode}`,
            allowed: `mode "0444", or mode "0440" beside group_add: ["0"] for ${service.key}`,
            wanted: { stack, service: service.key, ...source },
            remedy: instruction(
              `write mode: "0444" in ${source.file}, so that every process in the container of ${service.key} can read it`,
            ),
          }));
  });

/** A name is not root's, unless it is `root`: what else it stands for only the image knows. */
function mayRead(user: string, { isolation }: Service, { mode }: ContainerFile): boolean {
  const [name = "", group] = user.split(":");
  const bits = Number.parseInt(mode, 8);
  if (isRoot(name)) return (bits & 0o400) !== 0;
  // Without a group, the image decides: it is root's only where the image does not know the user.
  const groups = [group ?? "", ...(isolation?.groups ?? [])];
  return (bits & 0o004) !== 0 || ((bits & 0o040) !== 0 && groups.some(isRoot));
}

const isRoot = (name: string): boolean => name === "root" || /^0+$/.test(name);
