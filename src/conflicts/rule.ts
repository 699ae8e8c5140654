import type { ClaimKind, ClaimOf } from "./claim.ts";
import type { FindingCode } from "./finding.ts";
import type { Free } from "./free.ts";

/** What makes two claims of one kind a conflict, and what helps. One file a rule, all in rules/index.ts. */
export interface Rule<K extends ClaimKind> {
  readonly kind: K;
  readonly code: FindingCode;
  /** Where a claim stands: claims can meet only where one stands at a place at which the other looks. */
  readonly place: (claim: ClaimOf<K>) => string;
  /** Where a claim looks for others; where it stands itself, unless said otherwise. */
  readonly looks?: (claim: ClaimOf<K>) => readonly string[];
  /** Whether two claims that found each other really meet; always, unless said otherwise. Symmetric. */
  readonly meet?: (a: ClaimOf<K>, b: ClaimOf<K>) => boolean;
  /** The claim as a report names it. */
  readonly key: (claim: ClaimOf<K>) => string;
  /** What the wanting side can type; what it offers has been checked to be free. */
  readonly remedy: (wanted: ClaimOf<K>, free: Free, stack: string) => Remedy | undefined;
}

export interface Remedy {
  readonly remedy: string;
  readonly remedyNote?: string;
}
