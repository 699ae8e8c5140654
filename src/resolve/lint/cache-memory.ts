import type { Demand } from "./memory-demand.ts";
import type { Service } from "../../deployment/deployment.ts";
import { bytes, sizeText } from "../../notation/quantities.ts";

const MB = 1024 ** 2;

/** What Dragonfly wants of its memory for each thread; with less it does not start. */
const perThread = 256 * MB;

/** `--maxmemory` of Redis and of what speaks like it, and Dragonfly's threads, that do not fit into the container's memory. */
export function cacheDemands({ command = [] }: Service, memory: number): Demand[] {
  const words = command.join(" ");
  const value = (flag: string): string => new RegExp(`(?:^|\\s)--${flag}[= ](\\S+)`).exec(words)?.[1] ?? "";
  const wanted = bytes(value("maxmemory"));
  const threads = Number(value("proactor_threads"));
  if (wanted !== undefined && wanted > memory)
    return [
      {
        severity: "error",
        key: "--maxmemory",
        message: `${sizeText(wanted)} of data, and the container has ${sizeText(memory)}`,
        allowed: `at most ${Math.floor(memory / MB)}mb`,
        needed: wanted,
      },
    ];
  const room = wanted ?? memory;
  if (!(threads * perThread > room)) return [];
  return [
    {
      severity: "error",
      key: "--proactor_threads",
      message: `${threads} threads want ${sizeText(threads * perThread)}, and have ${sizeText(room)}`,
      allowed: `at most ${Math.floor(room / perThread)}: Dragonfly starts with 256 MB a thread and no less`,
      needed: threads * perThread,
    },
  ];
}
