import type { Blueprint, ComposeNetwork } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { configKey, type KeyPath } from "../findings/config-key.ts";
import { instruction, setKey, unsetKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { adoptedDatabase, wantsPlatform } from "./database.ts";
import type { Volume } from "../deployment/deployment.ts";
import { ownValue } from "../notation/own-value.ts";

/** Services, volumes and networks that the stack speaks of and the blueprint does not have. */
export function unknownNames(config: StackConfig, blueprint: Blueprint, own: readonly Volume[]): Finding[] {
  const { services, networks, extension } = blueprint;
  const volumes = own.map(({ key }) => key);
  const movable = Object.entries(networks).flatMap(([key, network]) => {
    if (network.external !== undefined && network.external !== false) return [];
    return mayHaveVersion6(network) ? [key, `${key}/ipv6`] : [key];
  });
  const adoptable = [
    ...volumes,
    ...(extension.static === undefined ? [] : ["static"]),
    ...(wantsPlatform(blueprint) ? [adoptedDatabase] : []),
  ];
  return [
    ...unknownOf("images", Object.keys(config.images), "service", Object.keys(services), config, blueprint),
    ...unknownOf("services", Object.keys(config.services), "service", Object.keys(services), config, blueprint),
    ...unknownOf("subnets", Object.keys(config.subnets), "network", movable, config, blueprint),
    ...unknownOf("volumes", Object.keys(config.volumes), "volume", volumes, config, blueprint),
    ...unknownOf("adopt", config.adopt, "volume", adoptable, config, blueprint),
  ];
}

/** Whether a network has IPv6, or has it where variables say so. */
const mayHaveVersion6 = ({ enable_ipv6: enabled, ipam }: ComposeNetwork): boolean =>
  (enabled !== undefined && enabled !== false) ||
  (ipam?.config ?? []).some(({ subnet = "" }) => subnet.includes(":") || subnet.includes("$"));

/** Settings and secrets with a name that berth itself gives a value: they would have no effect. */
export const reservedNames = (config: StackConfig): Finding[] =>
  [
    ...Object.keys(config.settings).map((name) => ["settings", name]),
    ...config.secretsGiven.map((name) => ["secrets", name]),
  ]
    .filter(([, name]) => name?.startsWith("BERTH_"))
    .map((path) => {
      const message = "names that begin with BERTH_ are set by berth itself, so this value would have no effect";
      return mistake(config.source(...path), message, "another name", unsetKey(path, config.stack));
    });

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
        ? setKey(path, nearest, config.stack)
        : instruction(`rename it to ${configKey([group, nearest])}`);
  return mistake(config.source(...path), message, known.join(", ") || "none: there is nothing to name here", remedy);
}

/** A setting that the blueprint does not know, but almost: it would silently do nothing. */
export const nearMisses = (config: StackConfig, blueprint: Blueprint): Finding[] =>
  Object.keys(config.settings).flatMap((name) => {
    if (isKnown(name, blueprint) || isCommon(config, "settings", name)) return [];
    const { settings, secrets } = blueprint.extension;
    const nearest = closest(name, [...Object.keys(settings), ...Object.keys(secrets)]);
    if (nearest === undefined || ownValue(config.settings, nearest) !== undefined) return [];
    const message = `${blueprint.name} has no setting ${name}; it is handed to the app as it is`;
    const remedy = instruction(`if ${nearest} is meant, rename it to ${configKey(["settings", nearest])}`);
    return [{ ...mistake(config.source("settings", name), message, undefined, remedy), severity: "warning" as const }];
  });

const isKnown = (name: string, { variables, extension: { settings, secrets } }: Blueprint): boolean =>
  variables.has(name) || Object.hasOwn(settings, name) || Object.hasOwn(secrets, name);

/** Whether the project says it for all its stacks: of those, some have no use for it. */
export const isCommon = ({ file, source }: StackConfig, group: string, name: string): boolean =>
  source(group, name).file !== file;
