import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { databaseVariables, type NewDatabase, ownSecret, secretWishes, wantsPlatform } from "./database.ts";
import type { Early, EarlyLookup } from "../blueprint/early.ts";
import type { SecretReference, Value } from "../deployment/deployment.ts";
import type { Filler, Variables } from "./interpolate.ts";
import { prefixOfStack } from "../notation/names.ts";
import { once, memoize } from "../notation/memoize.ts";
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
  const variables: Variables = new Map(Object.entries(config.settings));
  variables.set(projectName, prefix);
  const wishes = Object.entries(secretWishes(blueprint));
  for (const [name, { optional }] of wishes) if (optional === true) variables.set(name, "");
  for (const name of config.secretsGiven) variables.set(name, secretReference(name));
  for (const [name, { generate }] of wishes) if (generate !== undefined) variables.set(name, secretReference(name));
  variables.set("BERTH_ID", id);
  variables.set("BERTH_STACK", config.stack);
  variables.set("BERTH_PREFIX", prefix);
  variables.set("BERTH_ENVIRONMENT", config.environment);
  variables.set("BERTH_DOMAIN", config.domain ?? "");
  variables.set("BERTH_SERVER_NAMES", serverNames.join(","));
  if (wantsPlatform(blueprint))
    for (const [name, value] of Object.entries(databaseVariables(database))) variables.set(name, value);
  for (const [name, value] of blueprint.dotenv)
    if (!variables.has(name)) variables.set(name, valueOf(value, variables));
  return variables;
}

/** Compose's own variable for what is the prefix here. */
const projectName = "COMPOSE_PROJECT_NAME";

/** A value of `.env`: of the variables in it, the secrets are known only now. */
function valueOf(value: Early, variables: Variables): Value {
  if (typeof value === "string") return value;
  const parts = value.parts.flatMap((part) => {
    const known = typeof part === "string" ? part : variables.get(part.late);
    return known === undefined ? [] : typeof known === "object" && "parts" in known ? known.parts : [known];
  });
  return parts.every((part) => typeof part === "string") ? parts.join("") : { parts };
}

/** What a stack's variables stand for while its blueprint is read; secrets, and what berth adds, are known later. */
export function earlyVariables(config: StackConfig): EarlyLookup {
  const { stack, environment, domain = "", settings, secretsGiven } = config;
  const known = new Map<string, Early>([
    ...Object.entries(settings),
    ...secretsGiven.map((name) => [name, { parts: [{ late: name }] }] as const),
    [projectName, config.prefix ?? prefixOfStack(stack)],
    ["BERTH_STACK", stack],
    ["BERTH_ENVIRONMENT", environment],
    ["BERTH_DOMAIN", domain],
  ]);
  return (name) => known.get(name) ?? (name.startsWith("BERTH_") ? { parts: [{ late: name }] } : undefined);
}

const secretReference = memoize((secret): SecretReference => ({ secret }));

/** Settings and secrets that no service's environment and no variable mentions: they are the app's. */
export function unmentioned(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
): Record<string, Value> {
  const elsewhere = [...Object.values(blueprint.secretFiles), ...[ownSecret(blueprint) ?? []].flat()];
  const isPlatform = blueprint.extension.platform !== undefined;
  const settings = Object.entries(config.settings).filter(
    // A platform restarts for all who use it: what the project says to its applications is not for it.
    ([name]) => !isMentioned(name, blueprint, services) && !(isPlatform && isCommon(config, "settings", name)),
  );
  const secrets = config.secretsGiven.filter(
    (name) => !isMentioned(name, blueprint, services) && !elsewhere.includes(name),
  );
  return Object.fromEntries([
    ...settings,
    ...secrets.map((name): [string, Value] => [name, { parts: [{ secret: name }] }]),
  ]);
}

const isMentioned = (
  name: string,
  { variables }: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
): boolean =>
  variables.has(name) || Object.values(services).some((service) => Object.hasOwn(service.environment ?? {}, name));

/**
 * A service's environment. A setting or secret goes before the blueprint's own value where `x-berth` declares its name;
 * any other one only gives a value to a name that has none.
 */
export function environment(
  key: string,
  written: NonNullable<ComposeService["environment"]>,
  { config, blueprint, filler, added }: EnvironmentContext,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [name, text] of writtenByName(written)) {
    if (name === "") filler.wrong(["services", key, "environment", name], "it has no name", "NAME: value");
    if (text?.includes("\0")) filler.wrong(["services", key, "environment", name], "found the character NUL", "text");
    const isGiven = Object.hasOwn(config.settings, name) || config.secretsGiven.includes(name);
    if (isGiven && text !== null && !isDeclared(name, blueprint) && !text.includes(`\${${name}`))
      filler.warn(
        ["services", key, "environment", name],
        `${name} keeps the value of the blueprint, although the stack sets it`,
        `\${${name}:-…} in the blueprint, or ${name} under x-berth.settings`,
      );
    const value =
      text === null || (isGiven && isDeclared(name, blueprint))
        ? filler.variable(name)
        : filler.value(text, ["services", key, "environment", name]);
    if (value !== undefined) values[name] = value;
  }
  return Object.keys(added).length === 0 ? values : Object.fromEntries(byName({ ...values, ...added }));
}

const byName = <T>(values: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

const writtenByName = once<NonNullable<ComposeService["environment"]>, [string, string | null][]>(byName);

/** Whether `x-berth` says that the application knows a setting or secret of this name. */
export const isDeclared = (name: string, { extension: { settings, secrets } }: Blueprint): boolean =>
  Object.hasOwn(settings, name) || Object.hasOwn(secrets, name);

interface EnvironmentContext {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  /** What the stack adds to this service. */
  readonly added: Readonly<Record<string, Value>>;
}
