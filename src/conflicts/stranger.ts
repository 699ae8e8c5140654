import type { Claim } from "../claims/claim.ts";
import type { Advice } from "../findings/remedy.ts";

/** Whether nobody has marked it, or it was created from another state. */
export const isStranger = (owner: Claim["owner"]): boolean =>
  !("id" in owner) || owner.id === undefined || ("elsewhere" in owner && owner.elsewhere !== undefined);

/** What exists without a label may be the deployment's own, from the time before berth. */
export function adoptable(advice: Advice, name: string | undefined, held: Claim): Advice {
  if (name === undefined || !isStranger(held.owner)) return advice;
  return { ...advice, remedyNote: `or, if it is this deployment's own, list ${name} under berth:adopt` };
}
