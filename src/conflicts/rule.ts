import type { ClaimKind, ClaimOf } from "../claims/claim.ts";
import type { FindingCode } from "../findings/finding.ts";
import type { Advice } from "../findings/remedy.ts";
import type { Allocator } from "./allocator.ts";

/** What makes two claims of one kind a conflict, and what helps. One file a rule, all in rules/index.ts. */
export interface Rule<K extends ClaimKind> {
  readonly kind: K;
  readonly code: FindingCode;
  /** Where a claim stands: claims can meet only where they stand at one place. */
  readonly place: (claim: ClaimOf<K>) => string;
  /** True where a place lies in every place that its text begins with: then claims meet in each other, too. */
  readonly nests?: true;
  /** Whether two claims that found each other really meet; always, unless said otherwise. Symmetric. */
  readonly meet?: (a: ClaimOf<K>, b: ClaimOf<K>) => boolean;
  /** The claim as a report names it. */
  readonly key: (claim: ClaimOf<K>) => string;
  /** What the wanting side can type; what it offers has been checked to be free. */
  readonly remedy: (wanted: ClaimOf<K>, free: Allocator, stack: string, held: ClaimOf<K>) => Advice | undefined;
}
