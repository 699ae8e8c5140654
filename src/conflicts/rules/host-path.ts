import type { ClaimOf } from "../claim.ts";
import type { Rule } from "../rule.ts";
import { otherPrefix } from "./names.ts";

/** Two directories meet when they are one, or one lies in the other, unless one side only reads. */
export const hostPath: Rule<"hostPath"> = {
  kind: "hostPath",
  code: "path-overlap",
  place: (claim) => claim.path,
  looks: (claim) => [claim.path, ...ancestors(claim.path)],
  meet: (a, b) => a.shared !== true && b.shared !== true && !isAdopted(a, b) && !isAdopted(b, a),
  key: (claim) => claim.path,
  remedy: (wanted, free, stack) => {
    const place = wanted.source?.path ?? "";
    if (place.startsWith("x-berth.static")) return otherPrefix(free, stack);
    return { remedy: `name another directory in ${wanted.source?.file ?? "the blueprint"}: ${place}` };
  },
};

/** Files that nobody has marked, and that were declared to be the deployment's. */
const isAdopted = (a: ClaimOf<"hostPath">, b: ClaimOf<"hostPath">): boolean =>
  a.adopted === true && b.owner.kind === "directory" && b.owner.id === undefined;

const ancestors = (path: string): string[] => {
  const parts = path.split("/").slice(1, -1);
  return ["/", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
};
