import type { Claim } from "./claim.ts";
import type { Party } from "../findings/finding.ts";

/** One side of a finding: the stack that a live thing belongs to, too, where its label tells. */
export function party({ owner, source }: Claim): Party {
  if (owner.kind === "deployment") return { stack: owner.stack, service: owner.service, ...source };
  // Of what is managed elsewhere the stack would be taken for the one of that name here.
  const place = "elsewhere" in owner ? owner.elsewhere?.place : undefined;
  const isOurs = "id" in owner && owner.id !== undefined && place === undefined;
  const stack = isOurs ? { stack: owner.id?.split("/").at(-1) } : place === undefined ? {} : { place };
  const names = {
    container: "container",
    volume: "volume",
    network: "network",
    process: "process",
    directory: "directory",
    database: "database",
    role: "role",
    route: "host",
    "swarm service": "container",
  } as const;
  return { ...stack, [names[owner.kind]]: owner.name };
}
