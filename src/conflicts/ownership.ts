import type { Home } from "../notation/home.ts";
import type { Claim, Owner } from "../claims/claim.ts";

/** What is known of the deployments of a project beside the labels of what is live. */
export interface Ownership {
  /** Where their state is; without it, labels alone decide. */
  readonly home?: Home;
  /** By what distinguishes resources on the host (`resource` of an owner), the deployment whose state holds it. */
  readonly owned?: ReadonlyMap<string, string>;
  /** By id that a deployment had before its stack was renamed, the one that it has now. */
  readonly renamed?: ReadonlyMap<string, string>;
  /** Hashes of other homes that are not there any more: what was created from them is nobody else's. */
  readonly gone?: ReadonlySet<string>;
}

/**
 * Gives everything live to its deployment. What a state holds is its deployment's, whatever its labels say, as after
 * `pulumi stack rename`; what was created from another state is another party, although its deployment has the same id.
 */
export function withOwners(claims: readonly Claim[], ownership: Ownership): readonly Claim[] {
  return claims.map((claim) => {
    const owner = ownerBy(claim.owner, ownership);
    return owner === claim.owner ? claim : { ...claim, owner };
  });
}

function ownerBy(owner: Owner, { home, owned, renamed, gone }: Ownership): Owner {
  if (owner.kind === "directory") {
    const now = renamed?.get(owner.id ?? "");
    return now === undefined ? owner : { ...owner, id: now };
  }
  if (owner.kind !== "container" && owner.kind !== "volume" && owner.kind !== "network") return owner;
  const holder = owner.resource === undefined ? undefined : owned?.get(owner.resource);
  if (holder !== undefined) return holder === owner.id ? owner : { ...owner, id: holder };
  const { id, home: from } = owner;
  if (id === undefined || from === undefined || home === undefined || from.hash === home.hash) return owner;
  if (gone?.has(from.hash) === true) return owner;
  return { ...owner, id: `${id}@${from.hash}`, elsewhere: { id, place: from.place } };
}
