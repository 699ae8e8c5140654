import { type Advice, linesOf, setKey } from "../../findings/remedy.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import type { Allocator } from "../allocator.ts";
import type { ExclusiveRule } from "../rule.ts";
import { isStranger } from "../stranger.ts";
import { otherPrefix } from "./prefix.ts";

type AtServer = ClaimOf<"database" | "role">;

/** What databases and their roles have in common: a name on a PostgreSQL server. */
export const atServer = {
  place: ({ server, name }: AtServer): string => `${server} ${name}`,
  meet: (a: AtServer, b: AtServer): boolean =>
    !(a.adopts === true && isStranger(b.owner)) && !(b.adopts === true && isStranger(a.owner)),
  key: ({ name }: AtServer): string => name,
  followsFromPrefix: (): boolean => true,
  nameUnderPrefix: ({ name }: AtServer): string => name,
  remedy: ({ nextAdoption }: AtServer, free: Allocator, stack: string, held: AtServer): Advice => {
    const instead = otherPrefix(free, stack);
    if (nextAdoption === undefined || !isStranger(held.owner)) return instead;
    return {
      remedy: setKey(["adopt", nextAdoption], "database", stack),
      remedyNote: [
        "if its data is this deployment's own: it is kept, and its role gets this deployment's password; else:",
        ...linesOf(instead.remedy),
      ],
    };
  },
};

/**
 * Nobody's database is adopted silently: what is in it is not known to be this deployment's. Where its own state was
 * lost, adoption keeps the data, and another prefix would begin with an empty database.
 */
export const database: ExclusiveRule<"database"> = { kind: "database", code: "database-in-use", ...atServer };
