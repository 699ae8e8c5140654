import type { Claim, ClaimKind, ClaimOf } from "../claims/claim.ts";
import type { Finding, FindingCode } from "../findings/finding.ts";
import type { Advice, Remedy } from "../findings/remedy.ts";
import type { Capacity } from "../claims/inventory.ts";
import type { Allocator } from "./allocator.ts";

/** All that concerns one kind of claim. One file a rule, all in rules/index.ts; nothing else distinguishes kinds. */
export type Rule<K extends ClaimKind> = ExclusiveRule<K> | SharedRule<K>;

/** The rule of every kind. */
export type Rules = { readonly [K in ClaimKind]: Rule<K> };

interface RuleBase<K extends ClaimKind> {
  readonly kind: K;
  readonly code: FindingCode;
  /** True where the live containers of a deployment no longer hold it once the deployment is stopped. */
  readonly givenUp?: true;
}

/** What makes two claims of one kind a conflict, and what helps. */
export interface ExclusiveRule<K extends ClaimKind> extends RuleBase<K> {
  /** Where a claim stands: claims can meet only where they stand at one place. */
  readonly place: (claim: ClaimOf<K>) => string;
  /** True where a place lies in every place that its text begins with: then claims meet in each other, too. */
  readonly nests?: true;
  /** Whether two claims that found each other really meet; always, unless said otherwise. Symmetric. */
  readonly meet?: (a: ClaimOf<K>, b: ClaimOf<K>) => boolean;
  /** The claim as a report names it. */
  readonly key: (claim: ClaimOf<K>) => string;
  /** What a conflict of it comes to; an error, unless said otherwise. */
  readonly severity?: (wanted: ClaimOf<K>) => Finding["severity"];
  /** Whether another prefix alone would move it. Two deployments with one prefix are then one finding. */
  readonly followsFromPrefix: (claim: ClaimOf<K>) => boolean;
  /** Its name on the host, where names of the kind begin with a prefix: under a free one, no such name exists. */
  readonly nameUnderPrefix?: (claim: ClaimOf<K>) => string;
  /**
   * Removes a live object of the kind that stands where a deployment's own was; see stray.ts. Absent where none may be
   * removed.
   * @param endpoint the URL of its endpoint
   */
  readonly removal?: (endpoint: string, name: string) => Remedy;
  /** What the wanting side can type; what it offers has been checked to be free. */
  readonly remedy: (wanted: ClaimOf<K>, free: Allocator, stack: string, held: ClaimOf<K>) => Advice | undefined;
}

/** What many hold together, up to what there is. */
export interface SharedRule<K extends ClaimKind> extends RuleBase<K> {
  /** What is wrong with all claims of the kind on one endpoint. */
  readonly findings: (claims: readonly ClaimOf<K>[], surroundings: Surroundings) => Finding[];
}

/** What a sum is compared with. */
export interface Surroundings {
  /** The id of the deployment whose findings are wanted; without it, those of all. */
  readonly about?: string;
  /** What the endpoint has, where it was asked. */
  readonly capacity?: Capacity;
  /** The deployments on the endpoint whose files are known. */
  readonly declared: ReadonlySet<string>;
}

export const isExclusive = <K extends ClaimKind>(rule: Rule<K>): rule is ExclusiveRule<K> => "place" in rule;

/** The rule of one kind, for what does not distinguish them. */
export const ruleOf = <K extends ClaimKind>(rules: Rules, kind: K): Rule<K> => rules[kind];

/** The rules in the order of their list. */
export const listOf = (rules: Rules): readonly Rule<ClaimKind>[] =>
  (Object.keys(rules) as ClaimKind[]).map((kind) => ruleOf(rules, kind));

/** The rule of a claim, if claims of its kind exclude each other. */
export function exclusiveRuleOf(rules: Rules, { kind }: Claim): ExclusiveRule<ClaimKind> | undefined {
  const rule = ruleOf<ClaimKind>(rules, kind);
  return isExclusive(rule) ? rule : undefined;
}
