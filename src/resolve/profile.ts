import type { Blueprint } from "../blueprint/blueprint.ts";
import type { ServiceLimits, StackConfig } from "../config/stack-config.ts";
import { setKey, unsetKey } from "../findings/remedy.ts";
import type { Finding, Source } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { ownValue } from "../notation/own-value.ts";

/** The name of the blueprint's profile that a stack has: its own, else the default; undefined where there is none. */
function profileOf({ profile }: StackConfig, { extension }: Blueprint): string | undefined {
  if (profile !== undefined && Object.hasOwn(extension.profiles, profile)) return profile;
  return Object.keys(extension.profiles).find((name) => ownValue(extension.profiles, name)?.default);
}

/** What variables stand for in the stack's profile. */
export const profileValues = (config: StackConfig, blueprint: Blueprint): Readonly<Record<string, string>> =>
  ownValue(blueprint.extension.profiles, profileOf(config, blueprint) ?? "")?.values ?? {};

/** A service's limits as its stack says, value by value, else as the stack's profile says; and where that is written. */
export function wishedLimits(
  key: string,
  config: StackConfig,
  blueprint: Blueprint,
): ServiceLimits & { readonly source?: Source } {
  const own = ownValue(config.services, key);
  const profile = profileOf(config, blueprint) ?? "";
  const given = ownValue(ownValue(blueprint.extension.profiles, profile)?.services, key);
  const source =
    own !== undefined
      ? config.source("services", key)
      : given && blueprint.source(["x-berth", "profiles", profile, "services", key]);
  return { ...given, ...own, reservations: { ...given?.reservations, ...own?.reservations }, source };
}

/** How many containers of a service the stack wants, else its profile; undefined where neither says. */
export const wishedReplicas = (key: string, config: StackConfig, blueprint: Blueprint): number | undefined =>
  ownValue(config.services, key)?.replicas ??
  ownValue(ownValue(blueprint.extension.profiles, profileOf(config, blueprint) ?? "")?.services, key)?.replicas;

/** A profile that the blueprint does not have. */
export function unknownProfile({ profile, source, stack }: StackConfig, { extension, file }: Blueprint): Finding[] {
  const known = Object.keys(extension.profiles);
  if (profile === undefined || known.includes(profile)) return [];
  const nearest = closest(profile, known);
  const remedy =
    known.length === 0
      ? unsetKey(["profile"], stack)
      : nearest === undefined
        ? undefined
        : setKey(["profile"], nearest, stack);
  const allowed = known.join(", ") || "none: there is no profile to choose";
  return [mistake(source("profile"), `${file} has no profile ${profile}`, allowed, remedy)];
}
