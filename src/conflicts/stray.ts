import { docker, perLine, pipe, type Remedy, sequence } from "../findings/remedy.ts";
import type { Claim, Owner } from "../claims/claim.ts";

/**
 * Marks the containers and networks that stand where the deployment's own were: those with its label that its state does
 * not know (made manually, by Docker Compose or from another checkout), and those without it that took a name of a
 * deployment that is live. The engine would try to make them once more and fail on the name, and another prefix would
 * leave the deployment's data behind. Volumes are left out: they hold that data, and the provider takes them over.
 * @param known Docker's ids of everything in the deployment's state
 */
export function markStrays(claims: readonly Claim[], id: string, known: ReadonlySet<string>): readonly Claim[] {
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

const nameOf = (claim: Claim): string[] =>
  claim.kind === "container" || claim.kind === "network" ? [`${claim.kind} ${claim.name}`] : [];

/** What removes a stray; undefined for every other claim. */
export function strayRemoval({ owner, endpoint }: Claim): Remedy | undefined {
  if (owner.kind === "container" && owner.stray) return docker(endpoint, "rm", "-f", owner.name);
  if (owner.kind !== "network" || !owner.stray) return undefined;
  const { name } = owner;
  // Docker keeps a network while running containers are attached to it; the engine attaches ours to the new one.
  const attached = "{{range $id, $_ := .Containers}}{{println $id}}{{end}}";
  return sequence(
    pipe(
      docker(endpoint, "network", "inspect", "-f", attached, name),
      perLine(docker(endpoint, "network", "disconnect", "-f", name)),
    ),
    docker(endpoint, "network", "rm", name),
  );
}
