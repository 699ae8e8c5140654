import type { Remedy } from "../findings/remedy.ts";
import type { Claim, Owner } from "../claims/claim.ts";
import { exclusiveRuleOf, isExclusive, listOf, type Rules } from "./rule.ts";

/**
 * Marks the containers and networks that stand where the deployment's own were: those with its label that its state does
 * not know (made manually, by Docker Compose or from another checkout), and those without it that took a name of a
 * deployment that is live. The engine would try to make them once more and fail on the name, and another prefix would
 * leave the deployment's data behind. Volumes are left out: they hold that data, and the provider takes them over.
 * @param known Docker's ids of everything in the deployment's state
 */
export function markStrays(
  claims: readonly Claim[],
  id: string,
  { known, rules }: { readonly known: ReadonlySet<string>; readonly rules: Rules },
): readonly Claim[] {
  const nameOf = (claim: Claim): string[] => {
    const rule = exclusiveRuleOf(rules, claim);
    return rule?.removal === undefined ? [] : [`${claim.kind} ${rule.key(claim)}`];
  };
  const isLive = known.size > 0 || claims.some(({ owner }) => owner.kind === "volume" && owner.id === id);
  const names = new Set(claims.flatMap((claim) => (isLive && isOf(claim.owner, id) ? nameOf(claim) : [])));
  return claims.map((claim) => {
    const { owner } = claim;
    if (owner.kind !== "container" && owner.kind !== "network") return claim;
    const isUnknown = owner.id === id && owner.resource !== undefined && !known.has(owner.resource);
    const isInPlace = owner.id === undefined && names.has(`${owner.kind} ${owner.name}`);
    return isUnknown || isInPlace ? { ...claim, owner: { ...owner, stray: true } } : claim;
  });
}

const isOf = (owner: Owner, id: string): boolean => owner.kind === "deployment" && owner.id === id;

/** What removes a stray; undefined for every other claim. It is its owner that goes, with all that this one holds. */
export function strayRemoval({ owner, endpoint }: Claim, rules: Rules): Remedy | undefined {
  if (!("stray" in owner) || owner.stray !== true) return undefined;
  const rule = listOf(rules).find(({ kind }) => kind === owner.kind);
  return rule !== undefined && isExclusive(rule) ? rule.removal?.(endpoint.url, owner.name) : undefined;
}
