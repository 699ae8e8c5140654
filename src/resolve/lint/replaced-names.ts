import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import type { Finding } from "../../findings/finding.ts";
import { hostName } from "../../notation/names.ts";
import { ownValue } from "../../notation/own-value.ts";

/** A name that a blueprint fixes, where it does so, and the one on the host. */
interface Replaced {
  readonly path: readonly string[];
  readonly fixed: string | undefined;
  readonly name: string;
  /** What is left of it. */
  readonly rest?: string;
}

/** Names that a blueprint fixes and that are replaced: with a fixed one, no two deployments would fit on one host. */
export const replacedNames = (deployment: Deployment, blueprint: Blueprint): Finding[] =>
  replacedIn(deployment, blueprint).flatMap(({ path, fixed, name, rest = "" }) =>
    fixed === undefined || fixed === name
      ? []
      : [
          {
            code: "name-replaced" as const,
            severity: "note" as const,
            kind: "configuration",
            key: blueprint.source(path).path,
            message: `the name ${fixed} is replaced by ${name}, so that several deployments fit on one host${rest}`,
            wanted: { stack: deployment.stack, ...blueprint.source(path) },
          },
        ],
  );

const replacedIn = ({ prefix, services, volumes, networks }: Deployment, blueprint: Blueprint): Replaced[] => [
  ...services.map(({ key, attachments }): Replaced => {
    const fixed = ownValue(blueprint.services, key)?.container_name;
    const rest = attachments.length === 0 ? "" : `; its networks still know it as ${fixed}`;
    return { path: ["services", key, "container_name"], fixed, name: hostName(prefix, key), rest };
  }),
  ...volumes.map(({ key, name }): Replaced => ({
    path: ["volumes", key, "name"],
    fixed: ownValue(blueprint.volumes, key)?.name,
    name,
  })),
  ...networks.map(({ key, name }): Replaced => ({
    path: ["networks", key, "name"],
    fixed: ownValue(blueprint.networks, key)?.name,
    name,
  })),
];
