import type { Meeting } from "./causes.ts";
import type { Claim } from "../claims/claim.ts";
import { type Advice, setKey, steps } from "../findings/remedy.ts";

/**
 * Volumes that carry no label and stand where a live deployment's own would be: recreated outside Pulumi, or brought
 * back from a backup. Another prefix would leave all of its data behind, so what helps is to say that they are its own.
 * All of one deployment share a remedy, as each has its place in the list.
 * @param isLive whether anything of the deployment of this id is on the host
 */
export function adoptions(
  meetings: readonly Meeting[],
  claims: readonly Claim[],
  isLive: (id: string) => boolean,
): (meeting: Meeting) => Advice | undefined {
  const isOne = ({ wanted, held }: Meeting): boolean =>
    wanted.kind === "volume" && held.owner.kind === "volume" && held.owner.id === undefined && isLive(idOf(wanted));
  return (meeting) => {
    const id = idOf(meeting.wanted);
    if (!isOne(meeting)) return undefined;
    const adopted = claims.filter((claim) => isAdopted(claim) && idOf(claim) === id);
    const commands = meetings
      .filter((other) => isOne(other) && idOf(other.wanted) === id)
      .flatMap(({ wanted }, index) =>
        wanted.kind === "volume" && wanted.owner.kind === "deployment" && wanted.volumeKey !== undefined
          ? [setKey(["adopt", adopted.length + index], wanted.volumeKey, wanted.owner.stack)]
          : [],
      );
    return {
      remedy: steps(...commands),
      remedyNote: "if its data is right; else remove the volume",
    };
  };
}

/** A database and its role share a place in the list. */
const isAdopted = (claim: Claim): boolean =>
  ("adopted" in claim && claim.adopted === true) || (claim.kind === "database" && claim.adopts === true);

const idOf = ({ owner }: Claim): string => (owner.kind === "deployment" ? owner.id : "");
