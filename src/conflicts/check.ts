import { capacityFindings } from "./capacity.ts";
import type { Claim, ClaimKind, ClaimOf, Owner } from "./claim.ts";
import { type Finding, findingCodes, type Party } from "./finding.ts";
import { Free } from "./free.ts";
import type { Inventory } from "./inventory.ts";
import { prefixChanges } from "./prefix-change.ts";
import type { Remedy, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { markStrays, strayRemoval } from "./stray.ts";

export interface CheckOptions {
  /** The id of the deployment whose findings are wanted; without it, those of all. */
  readonly about?: string;
  /** Docker's ids of what is in that deployment's state, where the state can be asked: see stray.ts. */
  readonly known?: ReadonlySet<string>;
}

/** Every claim that cannot stand beside another one. Pure; the order is stable; one cause is one finding. */
export function check(inventory: Inventory, options: CheckOptions = {}): Finding[] {
  const { about, known } = options;
  const all =
    about === undefined || known === undefined ? inventory.claims : markStrays(inventory.claims, about, known);
  const endpoints = new Map<string, Claim[]>();
  for (const claim of all) {
    const there = endpoints.get(claim.endpoint);
    if (there === undefined) endpoints.set(claim.endpoint, [claim]);
    else there.push(claim);
  }
  const findings = [...endpoints].flatMap(([endpoint, claims]) => [
    ...conflicts(claims, options),
    ...prefixChanges(claims, options.about),
    ...capacityFindings(claims, inventory.capacity[endpoint], options.about),
  ]);
  return [...inventory.findings, ...findings].sort(inOrder);
}

interface Meeting<K extends ClaimKind = ClaimKind> {
  readonly rule: Rule<K>;
  readonly wanted: ClaimOf<K>;
  readonly held: ClaimOf<K>;
}

function conflicts(claims: readonly Claim[], options: CheckOptions): Finding[] {
  const live = new Set(
    claims.flatMap(({ owner }) =>
      owner.kind !== "deployment" && "id" in owner && owner.id !== undefined ? [owner.id] : [],
    ),
  );
  const ordered = [...claims].sort(
    (a, b) => turn(a, live, options) - turn(b, live, options) || compare(stackOf(a), stackOf(b)),
  );
  const meetings = Object.values(rules).flatMap((rule) =>
    meetingsOf(rule as unknown as Rule<ClaimKind>, ordered, options),
  );
  if (meetings.length === 0) return [];
  const samePrefix = new Set(meetings.filter(({ rule }) => rule.kind === "prefix").map(pairOf));
  const strays = new Set(
    meetings.filter(({ rule }) => rule.kind === "container" || rule.kind === "network").map(holderOf),
  );
  const followsFromPrefix = new Set<ClaimKind>(["container", "volume", "network", "subnet", "hostPath"]);
  const free = new Free(claims);
  return meetings
    .filter((meeting) => !(followsFromPrefix.has(meeting.rule.kind) && samePrefix.has(pairOf(meeting))))
    .filter(
      ({ rule, held, wanted }) =>
        !(
          strayRemoval(held.owner) !== undefined &&
          !["container", "network"].includes(rule.kind) &&
          strays.has(holderOf({ held, wanted, rule }))
        ),
    )
    .map(({ rule, wanted, held }) => ({
      code: rule.code,
      severity: "error",
      kind: rule.kind,
      key: rule.key(wanted),
      wanted: party(wanted),
      held: party(held),
      ...(strayRemedy(held) ?? rule.remedy(wanted, free, stackOf(wanted))),
    }));
}

/** A stray of the deployment itself is in its own way, with its name and all that it holds: it has to go. */
function strayRemedy({ owner }: Claim): Remedy | undefined {
  const remedy = strayRemoval(owner);
  return remedy === undefined
    ? undefined
    : { remedy, remedyNote: "it has this stack's label, but is not in its state" };
}

const holderOf = ({ held }: Meeting): string => ("name" in held.owner ? `${held.owner.kind} ${held.owner.name}` : "");

/** Who comes first holds, who comes later wants: strangers, then the deployed, then the others, then the one asked about. */
function turn({ owner }: Claim, live: ReadonlySet<string>, { about }: CheckOptions): number {
  if (owner.kind !== "deployment") return 0;
  if (owner.id === about) return 3;
  return live.has(owner.id) ? 1 : 2;
}

function meetingsOf<K extends ClaimKind>(
  rule: Rule<K>,
  claims: readonly Claim[],
  { about }: CheckOptions,
): Meeting<K>[] {
  const standing = new Map<string, ClaimOf<K>[]>();
  const looking = new Map<string, ClaimOf<K>[]>();
  const meetings: Meeting<K>[] = [];
  for (const claim of claims) {
    if (claim.kind !== rule.kind) continue;
    const wanted = claim as ClaimOf<K>;
    const place = rule.place(wanted);
    const looks = rule.looks?.(wanted);
    if (wanted.owner.kind === "deployment" && (about === undefined || wanted.owner.id === about)) {
      const others =
        looks === undefined
          ? (standing.get(place) ?? [])
          : [...looks.flatMap((look) => standing.get(look) ?? []), ...(looking.get(place) ?? [])];
      const met = others.filter(
        (other) => !sameOwner(wanted.owner, other.owner) && (rule.meet?.(wanted, other) ?? true),
      );
      const held = met.find((other) => other.source !== undefined) ?? met[0];
      if (held !== undefined) meetings.push({ rule, wanted, held });
    }
    put(standing, place, wanted);
    for (const look of looks ?? []) if (look !== place) put(looking, look, wanted);
  }
  return meetings;
}

function put<T>(index: Map<string, T[]>, key: string, value: T): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [value]);
  else there.push(value);
}

function sameOwner(a: Owner, b: Owner): boolean {
  return "id" in a && "id" in b && a.id !== undefined && a.id === b.id && !("stray" in b && b.stray);
}

const idOf = ({ owner }: Claim): string =>
  "id" in owner && owner.id !== undefined ? owner.id : `${owner.kind} ${"name" in owner ? owner.name : ""}`;
const pairOf = ({ wanted, held }: Meeting): string => [idOf(wanted), idOf(held)].sort().join(" | ");

/** The stack's name of a deployment's claim; empty for what is live. */
export const stackOf = ({ owner }: Claim): string => (owner.kind === "deployment" ? owner.stack : "");

/** One side of a finding: the stack that a live thing belongs to, too, where its label tells. */
export function party({ owner, source }: Claim): Party {
  if (owner.kind === "deployment") return { stack: owner.stack, service: owner.service, ...source };
  const stack = "id" in owner && owner.id !== undefined ? { stack: owner.id.split("/").at(-1) } : {};
  const names = {
    container: "container",
    volume: "volume",
    network: "network",
    process: "process",
    directory: "directory",
    "swarm service": "container",
  } as const;
  return { ...stack, [names[owner.kind]]: owner.name };
}

const codes = Object.keys(findingCodes);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By stack, then code, then key: the same input gives the same report, whatever the order it was found in. */
export function inOrder(a: Finding, b: Finding): number {
  return (
    compare(a.wanted?.stack ?? "", b.wanted?.stack ?? "") ||
    codes.indexOf(a.code) - codes.indexOf(b.code) ||
    compare(a.key, b.key) ||
    compare(a.message ?? "", b.message ?? "")
  );
}
