import { instruction } from "../../findings/remedy.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import type { ExclusiveRule } from "../rule.ts";
import { otherPrefix } from "./prefix.ts";

/** Of two services with one name in a network, each would get some of the other's connections. */
export const alias: ExclusiveRule<"alias"> = {
  kind: "alias",
  code: "alias-in-use",
  place: (claim) => `${claim.network} ${claim.name}`,
  // That two containers have one name is reported by their rule.
  meet: (a, b) => isWritten(a) || isWritten(b),
  key: (claim) => claim.name,
  followsFromPrefix: () => true,
  // Compose gives a service its short name on every network: what asks there gets any of those that have it.
  severity: ({ instead }) => (instead === undefined ? "error" : "warning"),
  remedy: (wanted, free, stack) =>
    wanted.instead !== undefined
      ? { remedy: instruction(`on the network ${wanted.network}, reach it as ${wanted.instead}`) }
      : isWritten(wanted)
        ? { remedy: instruction(`name another alias in ${wanted.source?.file}: ${wanted.source?.path}`) }
        : otherPrefix(free, stack),
};

/** Whether a blueprint names it; the others follow from the containers' names. */
const isWritten = ({ source }: ClaimOf<"alias">): boolean => source?.path.startsWith("services.") === true;
