import { type Advice, linesOf, setKey } from "../../findings/remedy.ts";
import type { Claim, ClaimOf } from "../../claims/claim.ts";
import type { Allocator } from "../allocator.ts";
import type { Rule } from "../rule.ts";

/** Names follow from the prefix, so another prefix is what helps against a stranger's container, volume or network. */
export function otherPrefix(free: Allocator, stack: string): Advice {
  return {
    remedy: setKey(["prefix"], free.prefix(stack), stack),
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
export function adoptable(advice: Advice, name: string | undefined, held: Claim): Advice {
  if (name === undefined || !isStranger(held.owner)) return advice;
  return { ...advice, remedyNote: `or, if it is this deployment's own, list ${name} under berth:adopt` };
}

/** What nobody has marked, or what was created from another state. */
const isStranger = (owner: Claim["owner"]): boolean =>
  !("id" in owner) || owner.id === undefined || ("elsewhere" in owner && owner.elsewhere !== undefined);

export const network: Rule<"network"> = {
  kind: "network",
  code: "network-in-use",
  place: (claim) => claim.name,
  key: (claim) => claim.name,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

/**
 * Nobody's database is adopted silently: what is in it is not known to be this deployment's. Where its own state was
 * lost, adoption keeps the data, and another prefix would begin with an empty database.
 */
export const database: Rule<"database"> = {
  kind: "database",
  code: "database-in-use",
  place: onServer,
  meet: meetsAtServer,
  key: (claim) => claim.name,
  remedy: remedyAtServer,
};

export const role: Rule<"role"> = {
  kind: "role",
  code: "role-in-use",
  place: onServer,
  meet: meetsAtServer,
  key: (claim) => claim.name,
  remedy: remedyAtServer,
};

type AtServer = ClaimOf<"database" | "role">;

function onServer({ server, name }: AtServer): string {
  return `${server} ${name}`;
}

function meetsAtServer(a: AtServer, b: AtServer): boolean {
  return !(a.adopts === true && isStranger(b.owner)) && !(b.adopts === true && isStranger(a.owner));
}

function remedyAtServer({ nextAdoption }: AtServer, free: Allocator, stack: string, held: AtServer): Advice {
  const instead = otherPrefix(free, stack);
  if (nextAdoption === undefined || !isStranger(held.owner)) return instead;
  return {
    remedy: setKey(["adopt", nextAdoption], "database", stack),
    remedyNote: [
      "if its data is this deployment's own: it is kept, and its role gets this deployment's password; else:",
      ...linesOf(instead.remedy),
    ],
  };
}
