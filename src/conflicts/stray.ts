import type { Claim, Owner } from "./claim.ts";

/**
 * Marks the containers and networks that carry a deployment's label although its state does not know them: made by hand,
 * by Docker Compose or from another checkout. The engine would try to make them once more and fail on the name.
 * Volumes are left out: they hold the deployment's own data, and the provider takes them over.
 * @param known Docker's ids of everything in the deployment's state
 */
export function markStrays(claims: readonly Claim[], id: string, known: ReadonlySet<string>): readonly Claim[] {
  return claims.map(
    (claim) =>
      (isStray(claim.owner, id, known) ? { ...claim, owner: { ...claim.owner, stray: true } } : claim) as Claim,
  );
}

function isStray(owner: Owner, id: string, known: ReadonlySet<string>): boolean {
  if (owner.kind !== "container" && owner.kind !== "network") return false;
  return owner.id === id && owner.resource !== undefined && !known.has(owner.resource);
}

/** What removes a stray, as a command; undefined for everything else. */
export function strayRemoval(owner: Owner): string | undefined {
  if (owner.kind === "container" && owner.stray) return `docker rm -f ${owner.name}`;
  return owner.kind === "network" && owner.stray ? `docker network rm ${owner.name}` : undefined;
}
