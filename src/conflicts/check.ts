import { adoptions } from "./adoption.ts";
import { causes, type Meeting } from "./causes.ts";
import type { Claim, ClaimKind, ClaimOf, Owner } from "../claims/claim.ts";
import { put } from "../notation/group-by.ts";
import { type Finding, findingCodes } from "../findings/finding.ts";
import { Allocator } from "./allocator.ts";
import type { Inventory } from "../claims/inventory.ts";
import { leftVolumes } from "./left-volumes.ts";
import { type Ownership, withOwners } from "./ownership.ts";
import { elsewhereFindings, isElsewhere } from "./elsewhere.ts";
import { party, wanting } from "../claims/party.ts";
import { prefixChanges } from "./prefix-change.ts";
import type { Advice } from "../findings/remedy.ts";
import { type ExclusiveRule, isExclusive, listOf, type Rule, ruleOf, type Rules, type Surroundings } from "./rule.ts";
import { rules as allRules } from "./rules/index.ts";
import { markSettled } from "./settled.ts";
import { ClaimIndex } from "./claim-index.ts";
import { markStrays, strayRemoval } from "./stray.ts";
import { ownValue } from "../notation/own-value.ts";

export interface CheckOptions extends Ownership {
  /** The id of the deployment whose findings are wanted; without it, those of all. */
  readonly about?: string;
  /** Docker's ids of what is in that deployment's state, where the state can be asked: see stray.ts. */
  readonly known?: ReadonlySet<string>;
  /** The rule of each kind of claim; those of rules/index.ts if not given. */
  readonly rules?: Rules;
}

/** Every claim that cannot stand beside another one. Pure; the order is stable; one cause is one finding. */
export function check(inventory: Inventory, options: CheckOptions = {}): Finding[] {
  const { about, known, rules = allRules } = options;
  const claims = withOwners(inventory.claims, options);
  const all = markSettled(
    about === undefined || known === undefined ? claims : markStrays(claims, about, { known, rules }),
  );
  const findings = [...endpointsOf(all, rules)].flatMap(([endpoint, held]) => [
    ...conflicts(held, rules, options),
    ...(held.live.size === 0 ? [] : prefixChanges(claimsOf(held, "prefix", "volume"), about)),
    ...(held.live.size === 0 ? [] : leftVolumes(claimsOf(held, "prefix", "volume"), about)),
    ...sums(held, rules, { about, declared: held.declared, capacity: ownValue(inventory.capacity, endpoint) }),
  ]);
  return [...inventory.findings, ...findings].sort(inOrder);
}

/** Everything on one endpoint, by kind, so that a rule looks at its own kind only. */
interface Held {
  readonly kinds: Map<ClaimKind, ClaimIndex<ClaimKind>>;
  /** The deployments of which something is live. */
  readonly live: Set<string>;
  /** The deployments whose files are known. */
  readonly declared: Set<string>;
}

function endpointsOf(claims: readonly Claim[], rules: Rules): Map<string, Held> {
  const endpoints = new Map<string, Held>();
  for (const claim of claims) {
    let held = endpoints.get(claim.endpoint.id);
    if (held === undefined)
      endpoints.set(claim.endpoint.id, (held = { kinds: new Map(), live: new Set(), declared: new Set() }));
    let standing = held.kinds.get(claim.kind);
    if (standing === undefined) held.kinds.set(claim.kind, (standing = indexOf(ruleOf<ClaimKind>(rules, claim.kind))));
    standing.add(claim);
    const { owner } = claim;
    if (owner.kind === "deployment") held.declared.add(owner.id);
    else if ("id" in owner && owner.id !== undefined) held.live.add(owner.id);
  }
  return endpoints;
}

const indexOf = (rule: Rule<ClaimKind>): ClaimIndex<ClaimKind> => new ClaimIndex(isExclusive(rule) ? rule : undefined);

/** What is too much in all. */
const sums = (held: Held, rules: Rules, surroundings: Surroundings): Finding[] =>
  listOf(rules).flatMap((rule) => (isExclusive(rule) ? [] : rule.findings(claimsOf(held, rule.kind), surroundings)));

const claimsOf = <K extends ClaimKind>({ kinds }: Held, ...names: K[]): ClaimOf<K>[] =>
  names.flatMap((name) => (kinds.get(name)?.claims ?? []) as ClaimOf<K>[]);

function conflicts({ kinds, live }: Held, rules: Rules, options: CheckOptions): Finding[] {
  const meetings = listOf(rules)
    .filter(isExclusive)
    .flatMap((rule) => meetingsOf(rule, inTurn(kinds.get(rule.kind)?.contested() ?? [], live, options), options));
  if (meetings.length === 0) return [];
  const claims = [...kinds.values()].flatMap((standing) => standing.claims);
  const free = new Allocator(claims, rules);
  const found = causes(
    meetings.filter((meeting) => !isElsewhere(meeting)),
    rules,
  );
  const isKnown = (id: string): boolean => id === options.about && (options.known?.size ?? 0) > 0;
  const adoption = adoptions(found, claims, (id) => live.has(id) || isKnown(id));
  const elsewhere = elsewhereFindings(meetings.filter(isElsewhere), free, options.home);
  const others = found.map((meeting): Finding => {
    const { rule, wanted, held } = meeting;
    return {
      code: rule.code,
      severity: rule.severity?.(wanted) ?? "error",
      kind: rule.kind,
      key: rule.key(wanted),
      wanted: wanting(wanted),
      held: party(held),
      ...(strayRemedy(held, rules) ?? adoption(meeting) ?? rule.remedy(wanted, free, stackOf(wanted), held)),
    };
  });
  return [...elsewhere, ...others];
}

/** A stray of the deployment itself is in its own way, with its name and all that it holds: it has to go. */
function strayRemedy(claim: Claim, rules: Rules): Advice | undefined {
  const remedy = strayRemoval(claim, rules);
  return remedy === undefined ? undefined : { remedy, remedyNote: "this stack's state does not know it" };
}

/** Who comes first holds, who comes later wants: strangers, then the deployed, then the others, then the one asked about. */
function inTurn<C extends Claim>(claims: readonly C[], live: ReadonlySet<string>, { about }: CheckOptions): C[] {
  const turn = ({ owner }: Claim): number => {
    if (owner.kind !== "deployment") return 0;
    if (owner.id === about) return 3;
    return live.has(owner.id) ? 1 : 2;
  };
  return [...claims].sort((a, b) => turn(a) - turn(b) || compare(ownerName(a), ownerName(b)));
}

/** Each claim is held against those before it that stand at its place, around it or in it. */
function meetingsOf<K extends ClaimKind>(
  rule: ExclusiveRule<K>,
  claims: readonly ClaimOf<K>[],
  { about }: CheckOptions,
): Meeting<K>[] {
  const places = new Set(claims.map(rule.place));
  const standing = new Map<string, ClaimOf<K>[]>();
  const within = new Map<string, ClaimOf<K>[]>();
  const meetings: Meeting<K>[] = [];
  for (const wanted of claims) {
    const place = rule.place(wanted);
    const around = rule.nests ? beginnings(place).filter((text) => places.has(text)) : [];
    if (wanted.owner.kind === "deployment" && (about === undefined || wanted.owner.id === about)) {
      const held = firstMet(rule, wanted, [...[place, ...around].map((at) => standing.get(at)), within.get(place)]);
      if (held !== undefined) meetings.push({ rule, wanted, held });
    }
    put(standing, place, wanted);
    for (const other of around) put(within, other, wanted);
  }
  return meetings;
}

const beginnings = (text: string): string[] => Array.from(text, (_, length) => text.slice(0, length));

/** The first that is met and was written somewhere, else the first that is met at all. */
function firstMet<K extends ClaimKind>(
  rule: ExclusiveRule<K>,
  wanted: ClaimOf<K>,
  groups: readonly (readonly ClaimOf<K>[] | undefined)[],
): ClaimOf<K> | undefined {
  let met: ClaimOf<K> | undefined;
  for (const group of groups) {
    for (const other of group ?? []) {
      if (sameOwner(wanted.owner, other.owner) || rule.meet?.(wanted, other) === false) continue;
      if (other.source !== undefined) return other;
      met ??= other;
    }
  }
  return met;
}

function sameOwner(a: Owner, b: Owner): boolean {
  return "id" in a && "id" in b && a.id !== undefined && a.id === b.id && !("stray" in b && b.stray);
}

const ownerName = ({ owner }: Claim): string =>
  owner.kind === "deployment" ? owner.stack : `${owner.kind} ${owner.name}`;

/** The stack's name of a deployment's claim; empty for what is live. */
const stackOf = ({ owner }: Claim): string => (owner.kind === "deployment" ? owner.stack : "");

const codes = Object.keys(findingCodes);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By stack, then code, then key: the same input gives the same report, whatever the order it was found in. */
export function inOrder(a: Finding, b: Finding): number {
  return (
    compare(a.wanted?.stack ?? "", b.wanted?.stack ?? "") ||
    codes.indexOf(a.code) - codes.indexOf(b.code) ||
    compare(a.key, b.key) ||
    compare(JSON.stringify(a), JSON.stringify(b))
  );
}
