import { wanting } from "../claims/party.ts";
import { sizeText } from "../notation/quantities.ts";
import type { Claim, ClaimOf } from "../claims/claim.ts";
import { instruction, type KeyCommand, type Remedy, setKey, steps } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import type { Inventory } from "../claims/inventory.ts";

type Capacity = Inventory["capacity"][string];
type Share = ClaimOf<"cpu" | "memory">;
type What = "reserved" | "limit";

const resources = {
  cpu: {
    code: "cpu-over-capacity",
    total: (host: Capacity) => host.cpus,
    shown: (cores: number) => `${Number(cores.toFixed(2))} CPUs`,
    key: "cpus",
    /** As a stack file has it, rounded down. */
    written: (cores: number) => Math.floor(cores * 100) / 100,
  },
  memory: {
    code: "memory-over-capacity",
    total: (host: Capacity) => host.memory,
    shown: sizeText,
    key: "memory",
    written: (bytes: number) => `${Math.floor(bytes / 1024 ** 2)}M`,
  },
} as const;

/**
 * CPU and memory of one host: reservations above what it has are an error, limits above it a warning.
 * A container of a deployment whose file is known counts by its file, every other one as it runs.
 */
export function capacityFindings(claims: readonly Claim[], host: Capacity | undefined, about?: string): Finding[] {
  const all = claims.filter((claim): claim is Share => claim.kind === "cpu" || claim.kind === "memory");
  if (host === undefined || all.length === 0) return [];
  const known = new Set(claims.flatMap(({ owner }) => (owner.kind === "deployment" ? [owner.id] : [])));
  const shares = all.filter(
    ({ owner }) => owner.kind === "deployment" || !("id" in owner && known.has(owner.id ?? "")),
  );
  const tooMany = tooManyCores(shares, host, about);
  const sums = (["cpu", "memory"] as const).flatMap((kind) => {
    const ofKind = shares.filter((share) => share.kind === kind);
    return (["reserved", "limit"] as const).flatMap((what) => over(kind, what, ofKind, host, about) ?? []);
  });
  // The sum is over because one of it is; what is left of it is reported after that is fixed.
  return [
    ...tooMany,
    ...sums.filter(({ kind, severity }) => !(tooMany.length > 0 && kind === "cpu" && severity === "warning")),
  ];
}

/** Docker makes no container that may use more cores than the host has, however idle the host is. */
function tooManyCores(shares: readonly Share[], host: Capacity, about: string | undefined): Finding[] {
  const { code, shown, written } = resources.cpu;
  return shares.flatMap((share): Finding[] => {
    const { kind, limit, owner } = share;
    if (kind !== "cpu" || owner.kind !== "deployment" || limit <= host.cpus) return [];
    if (about !== undefined && owner.id !== about) return [];
    return [
      {
        code,
        severity: "error",
        kind,
        key: `${owner.service ?? ""}: ${shown(limit)} of ${shown(host.cpus)}`,
        message: "Docker makes no container that may use more than there is",
        wanted: wanting(share),
        held: { live: "host", name: `this host has ${shown(host.cpus)}` },
        remedy: setKey(["services", owner.service ?? "", "cpus"], written(host.cpus), owner.stack),
      },
    ];
  });
}

/** Of all its replicas together. */
const amountOf = ({ replicas = 1, ...share }: Share, what: What): number => share[what] * replicas;

function over(
  kind: "cpu" | "memory",
  what: What,
  shares: readonly Share[],
  host: Capacity,
  about: string | undefined,
): Finding | undefined {
  const { code, total, shown } = resources[kind];
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
        ? lowered(kind, asked, excess)
        : instruction(`reduce limits by ${shown(excess)} in total, or accept contention`),
  };
}

/** Commands that lower the largest reservations until all fit, none below its half; where that does not do, what is too much. */
function lowered(kind: "cpu" | "memory", asked: readonly Share[], excess: number): Remedy {
  const { key, shown, written } = resources[kind];
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
