import { autoSubnet } from "../notation/stable-slot.ts";
import { type Claim, type ClaimKind, type ClaimOf, isNamed } from "../claims/claim.ts";
import type { Rule } from "./rule.ts";
import { strayRemoval } from "./stray.ts";

/** Two claims that cannot stand beside each other. */
export interface Meeting<K extends ClaimKind = ClaimKind> {
  readonly rule: Rule<K>;
  readonly wanted: ClaimOf<K>;
  readonly held: ClaimOf<K>;
}

/** One meeting for each cause: what only follows from another meeting, and goes away with it, is left out. */
export function causes(meetings: readonly Meeting[]): Meeting[] {
  const prefixes = new Map(
    meetings.flatMap(({ wanted, held }) =>
      wanted.kind === "prefix" ? [wanted, held].map((claim) => [idOf(claim), wanted.prefix] as const) : [],
    ),
  );
  const strays = new Set(meetings.filter(({ rule }) => isStrayKind(rule.kind)).map(({ held }) => idOf(held)));
  const seen = new Set<string>();
  return meetings.filter(({ rule, wanted, held }) => {
    if (strayRemoval(held) !== undefined) return isStrayKind(rule.kind) || !strays.has(idOf(held));
    const prefix = prefixes.get(idOf(wanted));
    if (prefix !== undefined && prefix === prefixes.get(idOf(held)) && followsFromPrefix(wanted)) return false;
    // Of one written thing, one finding for each party in its way: `www.` of a domain, the volumes of a prefix.
    const { file, path } = wanted.source ?? {};
    const cause = [rule.kind, file, path, path === undefined ? rule.key(wanted) : "", idOf(wanted), idOf(held)].join(
      " ",
    );
    return !seen.has(cause) && seen.add(cause);
  });
}

/** Whether another prefix alone would move it: names, static directories, and subnets that follow from a name. */
export function followsFromPrefix(claim: Claim): boolean {
  if (claim.kind === "subnet") return claim.subnet === autoSubnet(claim.network);
  if (claim.kind === "hostPath") return claim.source?.path.startsWith("x-berth.") === true;
  return isNamed(claim) || claim.kind === "alias";
}

const isStrayKind = (kind: ClaimKind): boolean => kind === "container" || kind === "network";

/** The deployment that a claim belongs to, else the thing itself. */
const idOf = ({ owner }: Claim): string =>
  "id" in owner && owner.id !== undefined && !("stray" in owner && owner.stray)
    ? owner.id
    : `${owner.kind} ${"name" in owner ? owner.name : ""}`;
