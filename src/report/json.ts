import type { NotLookedAt } from "../findings/gap.ts";
import type { Realization } from "../deployment/realization.ts";
import { type JsonFinding, jsonFinding, type ShownFinding } from "./shown-finding.ts";

/** What `berth check --json` prints: a public contract. Fields are added, never renamed. */
export interface CheckReport {
  readonly deployments: readonly {
    readonly stack: string;
    readonly prefix: string;
    readonly endpoint: string;
    readonly running: boolean;
  }[];
  readonly findings: readonly JsonFinding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

export function checkReport(
  deployments: readonly Realization[],
  findings: readonly ShownFinding[],
  notLookedAt: readonly NotLookedAt[],
): CheckReport {
  return {
    deployments: deployments.map(({ stack, prefix, endpoint, running }) => ({
      stack,
      prefix,
      endpoint: endpoint.name,
      running,
    })),
    findings: findings.map(jsonFinding),
    notLookedAt,
  };
}
