import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { configKey, type KeyPath, setCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { closest, mistake } from "../conflicts/mistake.ts";

/** Services, volumes and networks that the stack speaks of and the blueprint does not have. */
export function unknownNames(config: StackConfig, blueprint: Blueprint): Finding[] {
  const services = Object.keys(blueprint.services);
  const adoptable = [...blueprint.volumes, ...(blueprint.extension.static === undefined ? [] : ["static"])];
  const named = (group: string, names: readonly string[], kind: string, known: readonly string[]): Finding[] =>
    names.flatMap((name, index) =>
      known.includes(name) || isCommon(config, group, name)
        ? []
        : [
            unknownName(
              config,
              [group, group === "adopt" ? index : name],
              `${blueprint.file} has no ${kind} ${name}`,
              known,
              name,
            ),
          ],
    );
  return [
    ...named("images", Object.keys(config.images), "service", services),
    ...named("services", Object.keys(config.services), "service", services),
    ...named("subnets", Object.keys(config.subnets), "network", Object.keys(blueprint.networks)),
    ...named("adopt", config.adopt, "volume", adoptable),
  ];
}

/** A name under a key of the stack file that the blueprint does not know, with the nearest that it does. */
export function unknownName(
  config: StackConfig,
  path: KeyPath,
  message: string,
  known: readonly string[],
  name = String(path.at(-1)),
): Finding {
  const nearest = closest(name, known);
  const [group = "", last] = path;
  const remedy =
    nearest === undefined
      ? undefined
      : typeof last === "number"
        ? setCommand(path, nearest, config.stack)
        : `rename it to ${configKey([group, nearest])}`;
  return mistake(config.source(...path), message, known.join(", ") || "none: there is nothing to name here", remedy);
}

/** A setting that the blueprint does not know, but almost: it would silently do nothing. */
export function nearMisses(config: StackConfig, blueprint: Blueprint): Finding[] {
  const known = [...Object.keys(blueprint.extension.settings), ...Object.keys(blueprint.extension.secrets)];
  return Object.keys(config.settings).flatMap((name) => {
    const nearest = known.includes(name) || blueprint.variables.has(name) ? undefined : closest(name, known);
    if (isCommon(config, "settings", name)) return [];
    if (nearest === undefined || config.settings[nearest] !== undefined) return [];
    const message = `${blueprint.name} has no setting ${name}; it is handed to the app as it is`;
    const remedy = `if ${nearest} is meant, rename it to ${configKey(["settings", nearest])}`;
    return [{ ...mistake(config.source("settings", name), message, undefined, remedy), severity: "warning" as const }];
  });
}

/** Whether the project says it for all its stacks: of those, some have no use for it. */
export const isCommon = ({ file, source }: StackConfig, group: string, name: string): boolean =>
  source(group, name).file !== file;
