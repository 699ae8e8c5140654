import { backendOf, type Home } from "../notation/home.ts";
import type { Meeting } from "./causes.ts";
import type { Claim, ClaimKind } from "../claims/claim.ts";
import type { Finding } from "../findings/finding.ts";
import type { Allocator } from "./allocator.ts";
import { groupedBy } from "../notation/group-by.ts";
import { party } from "../claims/party.ts";
import { otherPrefix } from "./rules/prefix.ts";

/** Whether a deployment meets what has the same id, and was created from another state, under the same name. */
export function isElsewhere({ rule, wanted, held }: Meeting): boolean {
  const elsewhere = elsewhereOf(held);
  return (
    elsewhere !== undefined &&
    wanted.owner.kind === "deployment" &&
    elsewhere.id === wanted.owner.id &&
    rule.followsFromPrefix(wanted)
  );
}

/**
 * One finding for each deployment and place. No remedy touches what is there: it runs, or holds data, and this state knows
 * nothing of it.
 */
export function elsewhereFindings(meetings: readonly Meeting[], free: Allocator, home: Home | undefined): Finding[] {
  const groups = groupedBy(meetings, ({ wanted, held }) => `${idOf(wanted)} ${elsewhereOf(held)?.place}`);
  return [...groups.values()].flatMap((group): Finding[] => {
    const [first] = [...group].sort((a, b) => turn(a.held) - turn(b.held));
    const { owner } = first?.wanted ?? {};
    if (first === undefined || owner?.kind !== "deployment") return [];
    const place = elsewhereOf(first.held)?.place ?? "";
    const { stack } = owner;
    const { remedy } = otherPrefix(free, stack);
    const { held } = first;
    const here = home === undefined ? "" : `; this state is ${home.place}`;
    const data = group.flatMap(({ wanted }) => (wanted.kind === "volume" ? (wanted.volumeKey ?? []) : []));
    const adoption =
      data.length > 0 && !group.some(({ wanted }) => wanted.kind === "container")
        ? `; if that state is given up, list ${data.join(", ")} under berth:adopt instead`
        : "";
    return [
      {
        code: "managed-elsewhere",
        severity: "error",
        kind: "prefix",
        key: first.rule.key(first.wanted),
        message: `${stack} was brought up from another state, ${place}${here}`,
        wanted: { stack, ...first.wanted.source },
        held: party(held),
        remedy,
        remedyNote: `creates a separate copy and leaves the other one alone; to manage the one that is there from both places, set backend.url in the Pulumi.yaml of both to ${backendOf(place)}${adoption}`,
      },
    ];
  });
}

const elsewhereOf = ({ owner }: Claim) => ("elsewhere" in owner ? owner.elsewhere : undefined);

const idOf = ({ owner }: Claim): string => ("id" in owner ? (owner.id ?? "") : "");

const kinds: readonly ClaimKind[] = ["container", "volume", "network"];
const turn = ({ kind }: Claim): number => (kinds.indexOf(kind) + kinds.length + 1) % (kinds.length + 1);
