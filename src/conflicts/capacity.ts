import { sizeText } from "../deployment/quantities.ts";
import type { Claim, ClaimOf } from "./claim.ts";
import type { Finding } from "./finding.ts";
import type { Inventory } from "./inventory.ts";

type Capacity = Inventory["capacity"][string];
type Share = ClaimOf<"cpu" | "memory">;

const resources = {
  cpu: {
    code: "cpu-over-capacity",
    total: (host: Capacity) => host.cpus,
    shown: (cores: number) => `${Number(cores.toFixed(2))} cores`,
    key: "cpus",
  },
  memory: { code: "memory-over-capacity", total: (host: Capacity) => host.memory, shown: sizeText, key: "memory" },
} as const;

/**
 * CPU and memory of one host: reservations above what it has are an error, limits above it a warning.
 * A container of a deployment whose file is known counts by its file, every other one as it runs.
 */
export function capacityFindings(claims: readonly Claim[], host: Capacity | undefined, about?: string): Finding[] {
  if (host === undefined) return [];
  const known = new Set(claims.flatMap(({ owner }) => (owner.kind === "deployment" ? [owner.id] : [])));
  const shares = claims.filter(
    (claim): claim is Share =>
      (claim.kind === "cpu" || claim.kind === "memory") &&
      (claim.owner.kind === "deployment" || !("id" in claim.owner && known.has(claim.owner.id ?? ""))),
  );
  return (["cpu", "memory"] as const).flatMap((kind) => {
    const mine = shares.filter((share) => share.kind === kind);
    const asked = mine.filter(
      ({ owner }) => owner.kind === "deployment" && (about === undefined || owner.id === about),
    );
    const wanted = asked.at(-1);
    if (wanted === undefined) return [];
    const { code, total, shown, key } = resources[kind];
    const over = (what: "reserved" | "limit"): Finding[] => {
      const sum = mine.reduce((amount, share) => amount + share[what], 0);
      if (sum <= total(host)) return [];
      const excess = sum - total(host);
      return [
        {
          code,
          severity: what === "reserved" ? "error" : "warning",
          kind,
          key: `${shown(sum)} of ${shown(total(host))}`,
          message: `${what === "reserved" ? "reserved" : "allowed at most"}: ${figures(mine, what, shown)}`,
          wanted: {
            ...(wanted.owner.kind === "deployment" ? { stack: wanted.owner.stack, service: wanted.owner.service } : {}),
            ...wanted.source,
          },
          held: { host: `this host has ${shown(total(host))}` },
          remedy: `lower ${what === "reserved" ? "reservations" : "limits"} by ${shown(excess)} in all: pulumi config set --path berth:services.SERVICE.${what === "reserved" ? "reservations." : ""}${key} … -s STACK`,
        },
      ];
    };
    return [...over("reserved"), ...over("limit")];
  });
}

/** Everybody's part, largest first. */
function figures(shares: readonly Share[], what: "reserved" | "limit", shown: (amount: number) => string): string {
  const byOwner = new Map<string, number>();
  for (const share of shares) {
    const name = share.owner.kind === "deployment" ? share.owner.stack : share.owner.name;
    byOwner.set(name, (byOwner.get(name) ?? 0) + share[what]);
  }
  return [...byOwner]
    .filter(([, amount]) => amount > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, amount]) => `${name} ${shown(amount)}`)
    .join(", ");
}
