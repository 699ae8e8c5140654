import type { Claim } from "./claim.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";

/** All that exists, as far as it was looked at: every deployment's claims and everything live. */
export interface Inventory {
  readonly claims: readonly Claim[];
  /** What each endpoint has, by its id: cores and bytes. */
  readonly capacity: Readonly<Record<string, Capacity>>;
  /** Found while looking: stacks that cannot be read, hosts that do not answer. */
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** What a host has. */
export interface Capacity {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}
