import { wanting } from "../claims/party.ts";
import type { ClaimOf } from "../claims/claim.ts";
import { instruction, type KeyCommand, type Remedy, setKey, steps } from "../findings/remedy.ts";
import type { Finding, FindingCode } from "../findings/finding.ts";
import type { Capacity } from "../claims/inventory.ts";
import type { Surroundings } from "./rule.ts";

type Share = ClaimOf<"cpu" | "memory">;
type What = "reserved" | "limit";

/** What a host has a certain amount of. */
export interface Resource {
  readonly kind: Share["kind"];
  readonly code: FindingCode;
  readonly total: (host: Capacity) => number;
  /** An amount in words. */
  readonly shown: (amount: number) => string;
  /** The key of a service in a stack file. */
  readonly key: string;
  /** An amount as a stack file has it, rounded down. */
  readonly written: (amount: number) => number | string;
}

/**
 * One resource of one host: reservations above what it has are an error, limits above it a warning.
 * A container of a deployment whose file is known counts by its file, every other one as it runs.
 */
export function overCapacity(
  resource: Resource,
  claims: readonly Share[],
  { capacity, declared, about }: Surroundings,
): Finding[] {
  if (capacity === undefined) return [];
  const shares = claims.filter(
    ({ owner }) => owner.kind === "deployment" || !("id" in owner && declared.has(owner.id ?? "")),
  );
  return (["reserved", "limit"] as const).flatMap((what) => over(resource, what, shares, capacity, about) ?? []);
}

/** Of all its replicas together. */
const amountOf = ({ replicas = 1, ...share }: Share, what: What): number => share[what] * replicas;

function over(
  resource: Resource,
  what: What,
  shares: readonly Share[],
  host: Capacity,
  about: string | undefined,
): Finding | undefined {
  const { kind, code, total, shown } = resource;
  const sum = shares.reduce((amount, share) => amount + amountOf(share, what), 0);
  const asked = largestFirst(
    shares.filter(({ owner }) => owner.kind === "deployment" && (about === undefined || owner.id === about)),
    what,
  );
  const wanted = asked[0];
  // Sums of fractions: 0.1 + 0.2 cores are 0.30000000000000004.
  const excess = sum - total(host);
  if (wanted?.owner.kind !== "deployment" || excess < 1e-9) return undefined;
  return {
    code,
    severity: what === "reserved" ? "error" : "warning",
    kind,
    key: `${shown(sum)} of ${shown(total(host))}`,
    message: `${what === "reserved" ? "reserved" : "allowed at most"}: ${figures(shares, what, shown)}`,
    wanted: wanting(wanted),
    held: { live: "host", name: `this host has ${shown(total(host))}` },
    remedy:
      what === "reserved"
        ? lowered(resource, asked, excess)
        : instruction(`reduce limits by ${shown(excess)} in total, or accept contention`),
  };
}

/** Commands that lower the largest reservations until all fit, none below its half; where that does not do, what is too much. */
function lowered({ key, shown, written }: Resource, asked: readonly Share[], excess: number): Remedy {
  let left = excess;
  const commands: KeyCommand[] = [];
  for (const { owner, reserved, replicas = 1 } of asked) {
    if (left < 1e-9 || owner.kind !== "deployment") break;
    const taken = Math.min(left / replicas, reserved / 2);
    left -= taken * replicas;
    const path = ["services", owner.service ?? "", "reservations", key];
    commands.push(setKey(path, written(reserved - taken), owner.stack));
  }
  return left < 1e-9
    ? steps(...commands)
    : instruction(`reserve ${shown(excess)} less in all, or move a deployment to another host (berth:endpoint)`);
}

/** Ties by name, so that the order in which stacks are read does not matter. */
function largestFirst(shares: readonly Share[], what: What): Share[] {
  const name = ({ owner }: Share): string =>
    owner.kind === "deployment" ? `${owner.stack} ${owner.service ?? ""}` : owner.name;
  return [...shares].sort((a, b) => amountOf(b, what) - amountOf(a, what) || (name(a) < name(b) ? -1 : 1));
}

/** Everybody's part, largest first. */
function figures(shares: readonly Share[], what: What, shown: (amount: number) => string): string {
  const byOwner = new Map<string, number>();
  for (const share of shares) {
    const name = share.owner.kind === "deployment" ? share.owner.stack : share.owner.name;
    byOwner.set(name, (byOwner.get(name) ?? 0) + amountOf(share, what));
  }
  return [...byOwner]
    .filter(([, amount]) => amount > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, amount]) => `${name} ${shown(amount)}`)
    .join(", ");
}
