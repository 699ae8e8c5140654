import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Limits } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { wishedLimits } from "./profile.ts";
import { quoted } from "../notation/quoted.ts";
import { bytesFromZero, sizeAllowed, sizeText } from "../notation/quantities.ts";

type Written = Pick<ComposeService, "deploy" | "cpus" | "mem_limit" | "mem_reservation" | "memswap_limit">;

interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
}

const coresAllowed = "a number of cores, for example 0.5";

/** What a service may use and what is set aside for it: as the stack says, value by value, else its profile, else its file. */
export function limitsOf(key: string, compose: Written, { config, blueprint, filler }: Context): Limits {
  const own = wishedLimits(key, config, blueprint);
  const path = ["services", key];
  const under = ["deploy", "resources"];
  const { limits, reservations } = compose.deploy?.resources ?? {};
  const cores = (text: string | number | undefined, ...at: string[]): number | undefined =>
    filler.parsed(text?.toString(), [...path, ...at], number, coresAllowed) || undefined;
  const size = (text: string | number | undefined, ...at: string[]): number | undefined =>
    filler.parsed(text?.toString(), [...path, ...at], bytesFromZero, sizeAllowed) || undefined;
  const agreed = new Agreement(path, filler);
  const cpus = agreed.between(["cpus", cores(compose.cpus, "cpus")], {
    group: limits && [...under, "limits"],
    key: "cpus",
    value: cores(limits?.cpus, ...under, "limits", "cpus"),
  });
  const memory = agreed.between(["mem_limit", size(compose.mem_limit, "mem_limit")], {
    group: limits && [...under, "limits"],
    key: "memory",
    value: size(limits?.memory, ...under, "limits", "memory"),
  });
  const reserved = agreed.between(["mem_reservation", size(compose.mem_reservation, "mem_reservation")], {
    group: reservations && [...under, "reservations"],
    key: "memory",
    value: size(reservations?.memory, ...under, "reservations", "memory"),
  });
  const swap = filler.parsed(compose.memswap_limit, [...path, "memswap_limit"], swapSize, `${sizeAllowed}, or -1`);
  const result: Limits = {
    cpus: own.cpus ?? cpus,
    memory: own.memory === undefined ? memory : size(own.memory),
    reservedCpus: own.reservations?.cpus ?? cores(reservations?.cpus, ...under, "reservations", "cpus"),
    reservedMemory: own.reservations?.memory === undefined ? reserved : size(own.reservations.memory),
    ...(swap !== undefined && swap !== 0 && { swap }),
    source: own.source ?? blueprint.source([...path, ...under]),
  };
  rejectImpossible(key, result, config.stack, filler);
  return result;
}

const number = (text: string): number | undefined => (/^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined);

const swapSize = (text: string): number | undefined => (text === "-1" ? -1 : bytesFromZero(text));

/** A value that Compose has two keys for. */
export class Agreement {
  constructor(
    private readonly path: readonly string[],
    private readonly filler: Filler,
  ) {}

  /**
   * The value under `deploy:`, else the service's own. Where both have a say, they have to say the same: Compose refuses
   * the file otherwise, and a map without the key says 0.
   */
  between(
    [own, value]: readonly [key: string, value: number | undefined],
    other: {
      readonly group: readonly string[] | undefined;
      readonly key: string;
      readonly value: number | undefined;
    },
  ): number | undefined {
    if (value !== undefined && other.group !== undefined && value !== other.value) {
      const place = [...other.group, other.key].join(".");
      this.filler.wrong([...this.path, own], `it differs from ${place}`, `the same value, or one of the two: ${place}`);
    }
    return other.value ?? value;
  }
}

/** Docker takes no container with less than 6 MB or a hundredth of a core, and none that reserves more than it may use. */
function rejectImpossible(
  key: string,
  { cpus, memory, reservedCpus, reservedMemory, swap, source }: Limits,
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
  if (swap !== undefined && swap > 0 && (memory === undefined || swap < memory))
    filler.wrong(
      ["services", key, "memswap_limit"],
      `found ${quoted(sizeText(swap))}, which counts memory and swap together`,
      memory === undefined ? "a limit of memory beside it" : `${sizeText(memory)} or more, or -1`,
    );
}
