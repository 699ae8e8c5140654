import { wanting } from "../../claims/party.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import type { Finding } from "../../findings/finding.ts";
import { setKey } from "../../findings/remedy.ts";
import { overCapacity, type Resource } from "../capacity.ts";
import type { SharedRule, Surroundings } from "../rule.ts";

const resource: Resource = {
  kind: "cpu",
  code: "cpu-over-capacity",
  total: ({ cpus }) => cpus,
  shown: (cores) => `${Number(cores.toFixed(2))} CPUs`,
  key: "cpus",
  written: (cores) => Math.floor(cores * 100) / 100,
};

export const cpu: SharedRule<"cpu"> = {
  kind: "cpu",
  code: resource.code,
  givenUp: true,
  findings: (claims, surroundings) => {
    const tooMany = tooManyCores(claims, surroundings);
    const sums = overCapacity(resource, claims, surroundings);
    // The sum is over because one of it is; what is left of it is reported after that is fixed.
    return [...tooMany, ...sums.filter(({ severity }) => tooMany.length === 0 || severity === "error")];
  },
};

/** Docker makes no container that may use more cores than the host has, however idle the host is. */
function tooManyCores(claims: readonly ClaimOf<"cpu">[], { capacity, about }: Surroundings): Finding[] {
  const { code, shown, written } = resource;
  if (capacity === undefined) return [];
  return claims.flatMap((claim): Finding[] => {
    const { kind, limit, owner } = claim;
    if (owner.kind !== "deployment" || limit <= capacity.cpus) return [];
    if (about !== undefined && owner.id !== about) return [];
    return [
      {
        code,
        severity: "error",
        kind,
        key: `${owner.service ?? ""}: ${shown(limit)} of ${shown(capacity.cpus)}`,
        message: "Docker makes no container that may use more than there is",
        wanted: wanting(claim),
        held: { live: "host", name: `this host has ${shown(capacity.cpus)}` },
        remedy: setKey(["services", owner.service ?? "", "cpus"], written(capacity.cpus), owner.stack),
      },
    ];
  });
}
