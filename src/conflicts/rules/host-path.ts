import { instruction } from "../../findings/remedy.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import type { ExclusiveRule } from "../rule.ts";
import { adoptable } from "../stranger.ts";
import { otherPrefix } from "./prefix.ts";

/** Two directories meet when they are one, or one lies in the other, unless one side only reads. */
export const hostPath: ExclusiveRule<"hostPath"> = {
  kind: "hostPath",
  code: "path-overlap",
  place: (claim) => `${claim.path}/`.replace("//", "/"),
  nests: true,
  meet: (a, b) => a.shared !== true && b.shared !== true && !isAdopted(a, b) && !isAdopted(b, a),
  key: (claim) => claim.path,
  followsFromPrefix: (claim) => claim.source?.path.startsWith("x-berth.") === true,
  nameUnderPrefix: ({ path }) => path.slice(path.lastIndexOf("/") + 1),
  remedy: (wanted, free, stack, held) => {
    const place = wanted.source?.path ?? "";
    // Another prefix gives another static directory, but not outside of one that is around it.
    const isAround = wanted.path.startsWith(`${held.path}/`.replace("//", "/")) && wanted.path !== held.path;
    if (place.startsWith("x-berth.static") && !isAround)
      return held.owner.kind === "directory"
        ? adoptable(otherPrefix(free, stack), "static", held)
        : otherPrefix(free, stack);
    const remedy = instruction(`name another directory in ${wanted.source?.file ?? "the blueprint"}: ${place}`);
    if (place.startsWith("x-berth.static")) return { remedy };
    const remedyNote = `a variable lets each stack have its own: \${DIRECTORY:-${wanted.path}}, and DIRECTORY under berth:settings; what is only read (:ro) can be shared`;
    return { remedy, remedyNote };
  },
};

/** Files that nobody has marked, and that were declared to be the deployment's. */
const isAdopted = (a: ClaimOf<"hostPath">, b: ClaimOf<"hostPath">): boolean =>
  a.adopted === true && b.owner.kind === "directory" && b.owner.id === undefined;
