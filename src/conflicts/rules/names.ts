import { setCommand } from "../config-key.ts";
import type { Claim, ClaimOf } from "../claim.ts";
import type { Free } from "../free.ts";
import type { Remedy, Rule } from "../rule.ts";

/** Names follow from the prefix, so another prefix is what helps against a stranger's container, volume or network. */
export function otherPrefix(free: Free, stack: string): Remedy {
  return {
    remedy: setCommand(["prefix"], free.prefix(stack), stack),
    remedyNote: "no name under it exists on this host",
  };
}

export const prefix: Rule<"prefix"> = {
  kind: "prefix",
  code: "prefix-in-use",
  place: (claim) => claim.prefix,
  key: (claim) => claim.prefix,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

export const container: Rule<"container"> = {
  kind: "container",
  code: "container-name-in-use",
  place: (claim) => claim.name,
  key: (claim) => claim.name,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

/** The provider adopts a volume that exists, whatever its labels, and a destroy deletes it: so a stranger's is a conflict. */
export const volume: Rule<"volume"> = {
  kind: "volume",
  code: "volume-in-use",
  place: (claim) => claim.name,
  meet: (a, b) => !(a.adopted === true && isStranger(b.owner)) && !(b.adopted === true && isStranger(a.owner)),
  key: (claim) => claim.name,
  remedy: (wanted, free, stack, held) => adoptable(otherPrefix(free, stack), wanted.volumeKey, held),
};

/** What exists without a label may be the deployment's own, from the time before berth. */
export function adoptable(remedy: Remedy, name: string | undefined, held: Claim): Remedy {
  if (name === undefined || !isStranger(held.owner)) return remedy;
  return { ...remedy, remedyNote: `or, if it is this deployment's own, list ${name} under berth:adopt` };
}

const isStranger = (owner: Claim["owner"]): boolean => !("id" in owner) || owner.id === undefined;

export const network: Rule<"network"> = {
  kind: "network",
  code: "network-in-use",
  place: (claim) => claim.name,
  key: (claim) => claim.name,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

/** Its name follows from the prefix, too. Nobody's database is taken over silently: what is in it is not known to be ours. */
export const database: Rule<"database"> = {
  kind: "database",
  code: "database-in-use",
  place: onServer,
  key: (claim) => claim.name,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

export const role: Rule<"role"> = {
  kind: "role",
  code: "role-in-use",
  place: onServer,
  key: (claim) => claim.name,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

function onServer({ server, name }: ClaimOf<"database" | "role">): string {
  return `${server} ${name}`;
}
