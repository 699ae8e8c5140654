import type { Claim, ClaimKind, ClaimOf } from "../claims/claim.ts";
import type { ExclusiveRule, Rules } from "./rule.ts";
import { strayRemoval } from "./stray.ts";

/** Two claims that cannot stand beside each other. */
export interface Meeting<K extends ClaimKind = ClaimKind> {
  readonly rule: ExclusiveRule<K>;
  readonly wanted: ClaimOf<K>;
  readonly held: ClaimOf<K>;
}

/** One meeting for each cause: what only follows from another meeting, and goes away with it, is left out. */
export function causes(meetings: readonly Meeting[], rules: Rules): Meeting[] {
  const prefixes = new Map(
    meetings.flatMap(({ wanted, held }) =>
      wanted.kind === "prefix" ? [wanted, held].map((claim) => [idOf(claim), wanted.prefix] as const) : [],
    ),
  );
  const strays = new Set(meetings.filter(({ rule }) => rule.removal !== undefined).map(({ held }) => idOf(held)));
  const seen = new Set<string>();
  return meetings.filter(({ rule, wanted, held }) => {
    if (strayRemoval(held, rules) !== undefined) return rule.removal !== undefined || !strays.has(idOf(held));
    const prefix = prefixes.get(idOf(wanted));
    if (prefix !== undefined && prefix === prefixes.get(idOf(held)) && rule.followsFromPrefix(wanted)) return false;
    // Of one written thing, one finding for each party in its way: `www.` of a domain, the volumes of a prefix.
    const { file, path } = wanted.source ?? {};
    const cause = [rule.kind, file, path, path === undefined ? rule.key(wanted) : "", idOf(wanted), idOf(held)].join(
      " ",
    );
    return !seen.has(cause) && seen.add(cause);
  });
}

/** The deployment that a claim belongs to, else the thing itself. */
const idOf = ({ owner }: Claim): string =>
  "id" in owner && owner.id !== undefined && !("stray" in owner && owner.stray)
    ? owner.id
    : `${owner.kind} ${"name" in owner ? owner.name : ""}`;
