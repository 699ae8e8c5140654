import type { ExclusiveRule } from "../rule.ts";
import { adoptable, isStranger } from "../stranger.ts";
import { otherPrefix } from "./prefix.ts";

/** The provider adopts a volume that exists, whatever its labels, and a destroy deletes it: so a stranger's is a conflict. */
export const volume: ExclusiveRule<"volume"> = {
  kind: "volume",
  code: "volume-in-use",
  place: (claim) => claim.name,
  meet: (a, b) => !(a.adopted === true && isStranger(b.owner)) && !(b.adopted === true && isStranger(a.owner)),
  key: (claim) => claim.name,
  followsFromPrefix: () => true,
  nameUnderPrefix: (claim) => claim.name,
  remedy: (wanted, free, stack, held) => adoptable(otherPrefix(free, stack), wanted.volumeKey, held),
};
