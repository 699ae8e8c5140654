import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Limits } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { wishedLimits } from "./profile.ts";
import { bytes, sizeAllowed, sizeText } from "../notation/quantities.ts";

type Written = Pick<ComposeService, "deploy" | "cpus" | "mem_limit" | "mem_reservation">;

interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
}

/** What a service may use and what is set aside for it: as the stack says, value by value, else its profile, else `deploy:`. */
export function limitsOf(key: string, compose: Written, { config, blueprint, filler }: Context): Limits {
  const own = wishedLimits(key, config, blueprint);
  const { limits, reservations } = compose.deploy?.resources ?? {};
  const path = ["services", key, "deploy", "resources"];
  const cores = (text: string | undefined, ...at: string[]): number | undefined =>
    filler.parsed(text, [...path, ...at], number, "a number of cores above 0, for example 0.5");
  const size = (text: string | number | undefined, ...at: string[]): number | undefined =>
    filler.parsed(text === undefined ? undefined : String(text), [...path, ...at], bytes, sizeAllowed);
  const result: Limits = {
    cpus: own.cpus ?? cores(limits?.cpus ?? compose.cpus, "limits", "cpus"),
    memory: size(own.memory ?? limits?.memory ?? compose.mem_limit, "limits", "memory"),
    reservedCpus: own.reservations?.cpus ?? cores(reservations?.cpus, "reservations", "cpus"),
    reservedMemory: size(
      own.reservations?.memory ?? reservations?.memory ?? compose.mem_reservation,
      "reservations",
      "memory",
    ),
    source: own.source ?? blueprint.source(path),
  };
  rejectImpossible(key, result, config.stack, filler);
  rejectDistinct(key, compose, filler);
  return result;
}

const number = (text: string): number | undefined =>
  /^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined;

/** The older keys of Compose may say the same as `deploy:`, and nothing else. */
function rejectDistinct(key: string, { cpus, mem_limit, mem_reservation, deploy }: Written, filler: Filler): void {
  const { limits, reservations } = deploy?.resources ?? {};
  const pairs = [
    ["cpus", cpus, "limits.cpus", limits?.cpus, Number],
    ["mem_limit", mem_limit, "limits.memory", limits?.memory, bytes],
    ["mem_reservation", mem_reservation, "reservations.memory", reservations?.memory, bytes],
  ] as const;
  for (const [short, own, long, other, parse] of pairs) {
    if (own === undefined || other === undefined || parse(own) === parse(other)) continue;
    filler.wrong(["services", key, short], `found ${own}, and ${other} under deploy.resources.${long}`, "one of them");
  }
}

/** Docker takes no container with less than 6 MB or a hundredth of a core, and none that reserves more than it may use. */
function rejectImpossible(
  key: string,
  { cpus, memory, reservedCpus, reservedMemory, source }: Limits,
  stack: string,
  filler: Filler,
): void {
  const wrong = (message: string, allowed: string, path: string[], value: string | number): void =>
    void filler.findings.push(mistake(source, message, allowed, setKey(["services", key, ...path], value, stack)));
  const least = 6 * 1024 ** 2;
  if (memory !== undefined && memory < least)
    wrong(`a memory limit of ${sizeText(memory)}`, "6 MB or more; Docker takes no less", ["memory"], "6M");
  if (reservedMemory !== undefined && reservedMemory < least)
    wrong(`${sizeText(reservedMemory)} of memory reserved`, "6 MB or more", ["reservations", "memory"], "6M");
  else if (memory !== undefined && memory >= least && reservedMemory !== undefined && reservedMemory > memory)
    wrong(
      `${sizeText(reservedMemory)} of memory reserved`,
      `no more than its limit of ${sizeText(memory)}`,
      ["reservations", "memory"],
      `${Math.floor(memory / 1024 ** 2)}M`,
    );
  if (cpus !== undefined && cpus < 0.01)
    wrong(`a limit of ${cpus} CPUs`, "0.01 or more: the kernel counts no smaller share", ["cpus"], 0.01);
  if (cpus !== undefined && reservedCpus !== undefined && reservedCpus > cpus)
    wrong(`${reservedCpus} CPUs reserved`, `no more than its limit of ${cpus}`, ["reservations", "cpus"], cpus);
}
