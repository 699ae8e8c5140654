import type { Demand } from "./memory-demand.ts";
import type { Service } from "../../deployment/deployment.ts";
import { sizeText } from "../../notation/quantities.ts";
import { ownValue } from "../../notation/own-value.ts";

/** PostgreSQL's own defaults, for what its command leaves open. https://www.postgresql.org/docs/16/runtime-config.html */
const defaults = { shared_buffers: "128MB", work_mem: "4MB", max_connections: "100" } as const;

/** What a number without a unit counts: blocks, or kilobytes. */
const plainUnit = { shared_buffers: 8192, effective_cache_size: 8192, work_mem: 1024 } as const;

/** Above this share of the memory PostgreSQL gets slower, not faster, as it reads through the system's cache too. */
const wise = 0.4;

/** Flags of a PostgreSQL server that do not fit into its container's memory. */
export function postgresDemands(service: Service, memory: number): Demand[] {
  const flags = postgresFlags([...(service.entrypoint ?? []), ...(service.command ?? [])]);
  if (!["shared_buffers", "work_mem", "effective_cache_size"].some((name) => flags.has(name))) return [];
  const size = (name: keyof typeof plainUnit, otherwise = "0"): number =>
    postgresSize(flags.get(name) ?? otherwise, plainUnit[name]) ?? 0;
  const shared = size("shared_buffers", defaults.shared_buffers);
  const work = size("work_mem", defaults.work_mem);
  const cache = size("effective_cache_size");
  const connections = Number(flags.get("max_connections") ?? defaults.max_connections);
  const whole = shared + work * connections;
  const has = `the container has ${sizeText(memory)}`;
  return [
    ...(shared <= memory * wise
      ? []
      : [
          {
            severity: shared > memory ? ("error" as const) : ("warning" as const),
            key: "shared_buffers",
            message: `${sizeText(shared)}, and ${has}`,
            allowed: `up to ${sizeText(memory * wise)}, 40 % of it; the rest is for connections and the system's cache`,
            needed: Math.ceil(shared / wise),
          },
        ]),
    ...(whole <= memory || shared > memory
      ? []
      : [
          {
            severity: "warning" as const,
            key: "work_mem",
            message: `${connections} connections × ${sizeText(work)} and ${sizeText(shared)} of shared_buffers are ${sizeText(whole)}, and ${has}`,
            allowed: `up to ${sizeText(memory)} in all`,
            needed: whole,
          },
        ]),
    ...(cache <= memory
      ? []
      : [
          {
            severity: "warning" as const,
            key: "effective_cache_size",
            message: `the planner counts on ${sizeText(cache)} of cache, and ${has}`,
            allowed: `up to ${sizeText(memory)}; nothing is taken, but plans may be chosen that the cache does not carry`,
            needed: cache,
          },
        ]),
  ];
}

/** `-c name=value`, `-cname=value` and `--name=value` of a command, the last one of each name; `-` in a name is `_`. */
export function postgresFlags(words: readonly string[]): ReadonlyMap<string, string> {
  const written = words.flatMap((word, index) => {
    if (words[index - 1] === "-c") return [word];
    return /^(?:-c|--)([\w.-]+=.*)$/s.exec(word)?.[1] ?? [];
  });
  return new Map(
    written.flatMap((entry): [string, string][] => {
      const at = entry.indexOf("=");
      return at < 0 ? [] : [[entry.slice(0, at).trim().toLowerCase().replaceAll("-", "_"), entry.slice(at + 1).trim()]];
    }),
  );
}

const units: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** Bytes of `2GB`, `16MB`, or of a plain number of `unit` bytes each; undefined where PostgreSQL would not take it. */
export function postgresSize(text: string, unit: number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (match[2] === undefined ? unit : (ownValue(units, match[2]) ?? 0)));
}
