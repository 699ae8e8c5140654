import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { configKey, type KeyPath, setCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { closest, mistake } from "../conflicts/mistake.ts";

/** Services, volumes and networks that the stack speaks of and the blueprint does not have. */
export function unknownNames(config: StackConfig, blueprint: Blueprint): Finding[] {
  const { services, networks, volumes, extension } = blueprint;
  const adoptable = extension.static === undefined ? volumes : [...volumes, "static"];
  return [
    ...unknownOf("images", Object.keys(config.images), "service", Object.keys(services), config, blueprint),
    ...unknownOf("services", Object.keys(config.services), "service", Object.keys(services), config, blueprint),
    ...unknownOf("subnets", Object.keys(config.subnets), "network", Object.keys(networks), config, blueprint),
    ...unknownOf("adopt", config.adopt, "volume", adoptable, config, blueprint),
  ];
}

const unknownOf = (
  group: string,
  names: readonly string[],
  kind: string,
  known: readonly string[],
  config: StackConfig,
  { file }: Blueprint,
): Finding[] =>
  names.flatMap((name, index) => {
    if (known.includes(name) || isCommon(config, group, name)) return [];
    const path = [group, group === "adopt" ? index : name];
    return [unknownName(config, path, `${file} has no ${kind} ${name}`, known, name)];
  });

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
export const nearMisses = (config: StackConfig, blueprint: Blueprint): Finding[] =>
  Object.keys(config.settings).flatMap((name) => {
    if (isKnown(name, blueprint) || isCommon(config, "settings", name)) return [];
    const { settings, secrets } = blueprint.extension;
    const nearest = closest(name, [...Object.keys(settings), ...Object.keys(secrets)]);
    if (nearest === undefined || config.settings[nearest] !== undefined) return [];
    const message = `${blueprint.name} has no setting ${name}; it is handed to the app as it is`;
    const remedy = `if ${nearest} is meant, rename it to ${configKey(["settings", nearest])}`;
    return [{ ...mistake(config.source("settings", name), message, undefined, remedy), severity: "warning" as const }];
  });

const isKnown = (name: string, { variables, extension: { settings, secrets } }: Blueprint): boolean =>
  variables.has(name) || Object.hasOwn(settings, name) || Object.hasOwn(secrets, name);

/** Whether the project says it for all its stacks: of those, some have no use for it. */
export const isCommon = ({ file, source }: StackConfig, group: string, name: string): boolean =>
  source(group, name).file !== file;
