import { wanting } from "../../claims/party.ts";
import type { Claim, ClaimOf } from "../../claims/claim.ts";
import { instruction, setKey, up } from "../../findings/remedy.ts";
import type { Finding } from "../../findings/finding.ts";
import { groupedBy } from "../../notation/group-by.ts";
import type { SharedRule } from "../rule.ts";

type Share = ClaimOf<"connections">;

/**
 * Sessions at PostgreSQL servers: what all their users may open at once is no more than the server takes. Who asks for
 * one more than there is gets an error from PostgreSQL, whichever user it is: so every user counts with the most it may
 * open.
 */
export const connections: SharedRule<"connections"> = {
  kind: "connections",
  code: "connections-over-budget",
  findings: (claims, { about }) => {
    const servers = groupedBy(claims, ({ server }) => server.container);
    return [...servers].flatMap(([server, shares]) => over(server, shares, about) ?? []);
  },
};

function over(server: string, shares: readonly Share[], about: string | undefined): Finding | undefined {
  const sum = shares.reduce((amount, { count }) => amount + count, 0);
  const available = Math.min(...shares.map((share) => share.server.available));
  const [wanted] = largestFirst(shares.filter(({ owner }) => about === undefined || idOf(owner) === about));
  if (wanted?.owner.kind !== "deployment" || sum <= available) return undefined;
  const { reserved, setting, counts } = wanted.server;
  const [kept, option] =
    counts === "clients" ? ["administrators", "max_client_conn"] : ["superusers", "max_connections"];
  const needed = sum + reserved;
  return {
    code: "connections-over-budget",
    severity: "error",
    kind: "connections",
    key: `${sum} of ${available} at ${server}`,
    message: `may be open at once: ${figures(shares)}; ${reserved} more are kept for ${kept}`,
    wanted: wanting(wanted),
    held: { live: "host", name: `${server} takes ${available}` },
    remedy:
      setting === undefined
        ? instruction(`raise ${option} of ${server} to ${needed}, or lower x-berth.database.connections`)
        : setKey(["settings", setting.name], needed, setting.stack),
    ...(setting !== undefined && setting.stack !== wanted.owner.stack && { remedyNote: ["then:", up(setting.stack)] }),
  };
}

const idOf = (owner: Claim["owner"]): string | undefined => ("id" in owner ? owner.id : undefined);
const nameOf = ({ owner }: Claim): string => (owner.kind === "deployment" ? owner.stack : owner.name);

const largestFirst = (shares: readonly Share[]): Share[] =>
  [...shares].sort((a, b) => b.count - a.count || (`${nameOf(a)} ${a.by}` < `${nameOf(b)} ${b.by}` ? -1 : 1));

/** Everybody's part, the largest first: `b 7 (pool 6, migrate 1), a 6 (pool)`. */
function figures(shares: readonly Share[]): string {
  const parts = groupedBy(largestFirst(shares), nameOf);
  const total = (own: readonly Share[]): number => own.reduce((amount, { count }) => amount + count, 0);
  return [...parts]
    .sort(([a, x], [b, y]) => total(y) - total(x) || (a < b ? -1 : 1))
    .map(([name, own]) => {
      const [only] = own;
      const detail = own.length === 1 ? only?.by : own.map(({ by, count }) => `${by} ${count}`).join(", ");
      return `${name} ${total(own)} (${detail ?? ""})`;
    })
    .join(", ");
}
