import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction, setKey } from "../findings/remedy.ts";
import { once, memoize } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";
import { relayKey } from "../notation/names.ts";

/** What is part of a deployment. */
interface Active {
  /** In start order: services without profiles, and those with an active one. */
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly keys: ReadonlySet<string>;
}

/** The services of a deployment: as Compose, whose profiles they have; its environment is one that is always active. */
export const activeServices = (config: StackConfig, blueprint: Blueprint): Active =>
  servicesWith(blueprint)(JSON.stringify(activeProfiles(config, blueprint)));

function activeProfiles({ environment, profiles, settings }: StackConfig, { dotenv }: Blueprint): string[] {
  const usual = ownValue(settings, "COMPOSE_PROFILES") ?? dotenv.get("COMPOSE_PROFILES") ?? "";
  const named = profiles ?? (typeof usual === "string" ? usual.split(",") : []);
  return [environment, ...named.map((name) => name.trim()).filter((name) => name !== "")];
}

const servicesWith = once(({ order, services }: Blueprint) =>
  memoize((names): Active => {
    const profiles = JSON.parse(names) as readonly string[];
    const isActive = (written: readonly string[] = []): boolean =>
      written.length === 0 || profiles.includes("*") || written.some((name) => profiles.includes(name));
    const active = order.flatMap((key): [string, ComposeService][] => {
      const service = ownValue(services, key);
      return service !== undefined && isActive(service.profiles) ? [[key, service]] : [];
    });
    return { services: Object.fromEntries(active), keys: new Set(active.map(([key]) => key)) };
  }),
);

/** What is wrong with the choice of services: none is left, or one that is left needs one that is not. */
export function activityProblems(config: StackConfig, blueprint: Blueprint, active: ReadonlySet<string>): Finding[] {
  const known = [...new Set(Object.values(blueprint.services).flatMap(({ profiles = [] }) => profiles))];
  if ([...active].every((key) => key === relayKey)) {
    const message = `nothing would run: every service of ${blueprint.file} has profiles, and none of them is active`;
    const remedy = known[0] === undefined ? undefined : setKey(["profiles"], known[0], config.stack);
    return [mistake(config.source("profiles"), message, known.join(", "), remedy)];
  }
  return [...active].flatMap((key) => [
    ...(blueprint.problems.get(key) ?? []),
    ...Object.entries(ownValue(blueprint.services, key)?.depends_on ?? {}).flatMap(([other, { required }]) => {
      const service = ownValue(blueprint.services, other);
      if (service === undefined || active.has(other) || required === false || isOfEnvironments(service)) return [];
      const profiles = (service.profiles ?? []).join(", ");
      const message = `${key} needs ${other}, which is not active: its profiles are ${profiles}`;
      const remedy = instruction(
        `activate one of them with berth:profiles, or write required: false in ${blueprint.file}`,
      );
      return [mistake(blueprint.source(["services", key, "depends_on", other]), message, undefined, remedy)];
    }),
  ]);
}

/** A service of some environments alone is not missed in the others. */
const isOfEnvironments = ({ profiles = [] }: ComposeService): boolean =>
  profiles.every((name) => ["development", "staging", "production"].includes(name));
