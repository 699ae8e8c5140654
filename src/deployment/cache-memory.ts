import type { Service } from "./deployment.ts";
import { bytes, sizeText } from "./quantities.ts";
import type { Demand } from "./tuning.ts";

/** `--maxmemory` of Redis and of what speaks like it, above what the container may have: killed before it evicts. */
export function cacheDemands({ command = [] }: Service, memory: number): Demand[] {
  const words = command.join(" ");
  const wanted = bytes(/(?:^|\s)--maxmemory[= ](\S+)/.exec(words)?.[1] ?? "");
  if (wanted === undefined || wanted <= memory) return [];
  return [
    {
      severity: "error",
      key: "--maxmemory",
      message: `${sizeText(wanted)} of data, and the container has ${sizeText(memory)}`,
      allowed: `at most ${Math.floor(memory / 1024 ** 2)}mb`,
      needed: wanted,
    },
  ];
}
