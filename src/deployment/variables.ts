import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { databasePassword, databaseVariables, type NewDatabase, secretWishes, wantsPlatform } from "./database.ts";
import type { SecretReference, Value } from "./deployment.ts";
import type { Variables } from "./fill.ts";
import { isCommon } from "./unknown-names.ts";

/** What berth knows itself of a deployment, beside what was configured. */
export interface Known {
  readonly id: string;
  readonly prefix: string;
  readonly serverNames: readonly string[];
  readonly database: NewDatabase | undefined;
}

/** What a blueprint's variables stand for: the stack's settings and secrets, and what berth knows itself. */
export function variablesOf(
  config: StackConfig,
  blueprint: Blueprint,
  { id, prefix, serverNames, database }: Known,
): Variables {
  const wishes = Object.entries(secretWishes(blueprint));
  const generated = wishes.flatMap(([name, { generate }]) => (generate === undefined ? [] : [name]));
  const secrets = [...config.secretsGiven, ...generated];
  const left = wishes.flatMap(([name, { optional }]): [string, string][] => (optional === true ? [[name, ""]] : []));
  return new Map<string, Value | SecretReference>([
    ...Object.entries(config.settings),
    ...left,
    ...secrets.map((name): [string, SecretReference] => [name, { secret: name }]),
    ["BERTH_ID", id],
    ["BERTH_STACK", config.stack],
    ["BERTH_PREFIX", prefix],
    ["BERTH_ENVIRONMENT", config.environment],
    ["BERTH_DOMAIN", config.domain ?? ""],
    ["BERTH_SERVER_NAMES", serverNames.join(",")],
    ...(wantsPlatform(blueprint) ? Object.entries(databaseVariables(database)) : []),
  ]);
}

/** Settings and secrets that no service's environment and no variable mentions: they are the app's. */
export function unmentioned(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
): Record<string, Value> {
  const isMentioned = (name: string): boolean =>
    blueprint.variables.has(name) ||
    Object.values(services).some((service) => Object.hasOwn(service.environment ?? {}, name));
  const elsewhere = [...Object.values(blueprint.secretFiles), ...(wantsPlatform(blueprint) ? [databasePassword] : [])];
  // A platform restarts for all who use it: what the project says to its applications is not for it.
  const isElsewhere = (name: string): boolean =>
    blueprint.extension.platform !== undefined && isCommon(config, "settings", name);
  const settings = Object.entries(config.settings).filter(([name]) => !isMentioned(name) && !isElsewhere(name));
  const secrets = config.secretsGiven.filter((name) => !isMentioned(name) && !elsewhere.includes(name));
  return Object.fromEntries([
    ...settings,
    ...secrets.map((name): [string, Value] => [name, { parts: [{ secret: name }] }]),
  ]);
}

/** A service's environment, a setting or secret of the same name before the blueprint's own value. */
export function environment(
  key: string,
  written: ComposeService["environment"],
  { config, value, added }: EnvironmentContext,
): Record<string, Value> {
  const own = Object.entries(written ?? {}).flatMap(([name, text]): [string, Value][] => {
    const setting = Object.hasOwn(config.settings, name) ? config.settings[name] : undefined;
    if (setting !== undefined) return [[name, setting]];
    if (config.secretsGiven.includes(name)) return [[name, { parts: [{ secret: name }] }]];
    return text === null ? [] : [[name, value(text, ["services", key, "environment", name])]];
  });
  return Object.fromEntries([...own, ...Object.entries(added)].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

interface EnvironmentContext {
  readonly config: StackConfig;
  readonly value: (text: string, path: readonly (string | number)[]) => Value;
  /** What the stack adds to this service. */
  readonly added: Readonly<Record<string, Value>>;
}
