import { setKey } from "../../findings/remedy.ts";
import type { Finding } from "../../findings/finding.ts";
import { cacheDemands } from "./cache-memory.ts";
import type { Demand } from "./memory-demand.ts";
import type { Deployment, Service } from "../../deployment/deployment.ts";
import { heapDemands } from "./node-memory.ts";
import { postgresDemands } from "./postgres-memory.ts";
import { sizeText } from "../../notation/quantities.ts";

const kinds: readonly ((service: Service, memory: number) => readonly Demand[])[] = [
  heapDemands,
  postgresDemands,
  cacheDemands,
];

/** Flags and options of known programs that do not fit into their container's memory; without a limit everything fits. */
export function tuningFindings({ services, stack }: Deployment): Finding[] {
  return services.flatMap((service) => {
    const { memory, source } = service.limits;
    if (memory === undefined) return [];
    return kinds
      .flatMap((demands) => demands(service, memory))
      .map(({ needed, key, ...demand }): Finding => ({
        code: "tuning-over-limit",
        kind: "memory",
        key: `${service.key}: ${key}`,
        ...demand,
        wanted: { stack, service: service.key, ...source },
        remedy: setKey(["services", service.key, "memory"], `${Math.ceil(needed / 1024 ** 2)}M`, stack),
        remedyNote: `gives ${service.key} ${sizeText(needed)}; or lower what it asks for`,
      }));
  });
}
