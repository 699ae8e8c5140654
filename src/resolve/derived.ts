import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { Filler, type Variables } from "./interpolate.ts";
import { profileValues, wishedLimits } from "./profile.ts";
import { bytes } from "../notation/quantities.ts";
import { ownValue } from "../notation/own-value.ts";

const units = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Variables with those of the profile, and those that follow a memory limit; a setting of the same name goes before them. */
export function tuned(config: StackConfig, blueprint: Blueprint, variables: Variables): Variables {
  const { profiles, derived } = blueprint.extension;
  if (Object.keys(profiles).length + Object.keys(derived).length === 0) return variables;
  const valued: Variables = new Map([...Object.entries(profileValues(config, blueprint)), ...variables]);
  // A mistake in a limit is reported where the limit is read.
  const filler = new Filler(blueprint, valued, config.stack);
  const shares = Object.entries(derived).flatMap(([name, { of, percent, unit }]) => {
    const memory = memoryOf(of, config, blueprint, filler);
    return memory === undefined ? [] : [[name, String(Math.floor((memory * percent) / 100 / units[unit]))] as const];
  });
  return new Map([...shares, ...valued]);
}

/** Bytes; undefined where there is no limit. */
function memoryOf(key: string, config: StackConfig, blueprint: Blueprint, filler: Filler): number | undefined {
  const wish = wishedLimits(key, config, blueprint).memory;
  if (wish !== undefined) return bytes(wish);
  const { deploy, mem_limit } = ownValue(blueprint.services, key) ?? {};
  const written = deploy?.resources?.limits?.memory ?? mem_limit;
  return written === undefined ? undefined : bytes(filler.text(written, []));
}
