import type { Claim, Owner } from "./claim.ts";
import type { DeclaredParty, LiveKind, Party } from "../findings/finding.ts";

/** The side of a finding that wants something: a deployment, with the place where it says so. */
export const wanting = ({ owner, source }: Claim): DeclaredParty =>
  owner.kind === "deployment" ? { stack: owner.stack, service: owner.service, ...source } : { ...source };

/** The side that holds it: a deployment, or something live with the stack that its label names. */
export function party(claim: Claim): Party {
  const { owner } = claim;
  if (owner.kind === "deployment") return wanting(claim);
  // The stack of what is managed elsewhere would be taken for the one of that name here.
  const place = "elsewhere" in owner ? owner.elsewhere?.place : undefined;
  const stack = "id" in owner && place === undefined ? owner.id?.split("/").at(-1) : undefined;
  return {
    live: liveKinds[owner.kind],
    name: owner.name,
    ...(stack !== undefined && { stack }),
    ...(place !== undefined && { place }),
  };
}

const liveKinds = {
  container: "container",
  volume: "volume",
  network: "network",
  process: "process",
  directory: "directory",
  database: "database",
  role: "role",
  route: "host",
  "swarm service": "container",
} as const satisfies Readonly<Record<Exclude<Owner["kind"], "deployment">, LiveKind>>;
