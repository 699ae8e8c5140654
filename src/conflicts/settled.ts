import type { Claim } from "../claims/claim.ts";

/**
 * Marks the subnets of networks that are live as their deployments want them. Docker goes on working when a route of the
 * host comes to lead there, by a VPN for example: moving such a network would only replace what runs.
 */
export function markSettled(claims: readonly Claim[]): readonly Claim[] {
  if (!claims.some(({ owner }) => owner.kind === "route")) return claims;
  const live = new Set(claims.flatMap((claim) => (claim.owner.kind === "network" ? placeOf(claim) : [])));
  return claims.map((claim) =>
    claim.kind === "subnet" && claim.owner.kind === "deployment" && live.has(placeOf(claim)[0] ?? "")
      ? { ...claim, settled: true }
      : claim,
  );
}

/** Whose network it is, and where. A stray is not the one that its deployment has. */
function placeOf(claim: Claim): string[] {
  const { owner } = claim;
  if (claim.kind !== "subnet" || !("id" in owner) || owner.id === undefined) return [];
  return "stray" in owner && owner.stray ? [] : [`${owner.id} ${claim.network} ${claim.subnet}`];
}
