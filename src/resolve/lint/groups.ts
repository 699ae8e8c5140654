import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { StackConfig } from "../../config/stack-config.ts";
import { askKey, sequence, setSecret, steps, unsetKey } from "../../findings/remedy.ts";
import type { Finding } from "../../findings/finding.ts";
import { ownValue } from "../../notation/own-value.ts";

/** Groups of settings and secrets of which some are given and some are not. An empty setting is not given. */
export const incompleteGroups = (config: StackConfig, blueprint: Blueprint): Finding[] =>
  Object.entries(blueprint.extension.groups).flatMap(([group, names]) => incomplete(group, names, config, blueprint));

function incomplete(group: string, names: readonly string[], config: StackConfig, { extension }: Blueprint): Finding[] {
  const { settings, secretsGiven, stack, source } = config;
  const isSecret = (name: string): boolean => secretsGiven.includes(name) || Object.hasOwn(extension.secrets, name);
  const isGiven = (name: string): boolean => secretsGiven.includes(name) || (ownValue(settings, name) ?? "") !== "";
  const place = (name: string): readonly [string, string] => [isSecret(name) ? "secrets" : "settings", name];
  const given = names.filter(isGiven);
  const missing = names.filter((name) => !isGiven(name));
  const first = given[0];
  if (first === undefined || missing.length === 0) return [];
  const commands = missing.map((name) => (isSecret(name) ? setSecret(name, stack) : askKey(["settings", name], stack)));
  return [
    {
      code: "group-incomplete",
      severity: "error",
      kind: "configuration",
      key: group,
      message: `given: ${given.join(", ")}; missing: ${missing.join(", ")}`,
      allowed: "all of them, or none",
      wanted: { stack, ...source(...place(first)) },
      remedy: steps(...commands),
      remedyNote: [`or without ${group}:`, sequence(...given.map((name) => unsetKey(place(name), stack)))],
    },
  ];
}
