import { party } from "../claims/party.ts";
import type { Claim, ClaimOf } from "../claims/claim.ts";
import type { DeclaredParty, LiveKind } from "../findings/finding.ts";
import { jsonParty } from "./shown-finding.ts";
import { rules } from "../conflicts/rules/index.ts";
import type { Protocol } from "../notation/protocol.ts";

/** One port of one endpoint and who holds it. */
export interface PortRow {
  readonly port: number;
  readonly protocol: Protocol;
  readonly address: string;
  readonly endpoint: string;
  /** `0.0.0.0:8778/tcp` */
  readonly key: string;
  /** What a stack's file says and what is live of it are one holder. */
  readonly holder: PortHolder;
}

type PortHolder = Omit<DeclaredParty, "live"> & Readonly<Partial<Record<LiveKind, string>>>;

type Port = ClaimOf<"hostPort">;

/** Every host port that is claimed, in order; one row where a stack and its own container claim the same. */
export function portRows(claims: readonly Claim[]): PortRow[] {
  const ports = claims.filter((claim): claim is Port => claim.kind === "hostPort").sort(inOrder);
  const rows = new Map<string, Port[]>();
  for (const port of ports) {
    const key = `${port.endpoint.id} ${rules.hostPort.key(port)} ${holderOf(port)}`;
    rows.set(key, [...(rows.get(key) ?? []), port]);
  }
  return [...rows.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { port, protocol, address, endpoint } = first;
    const holder = Object.assign({}, ...same.map(party).map(jsonParty)) as PortHolder;
    return [{ port, protocol, address, endpoint: endpoint.url, key: rules.hostPort.key(first), holder }];
  });
}

/** The deployment, where it is known; else the thing itself. */
const holderOf = ({ owner }: Port): string =>
  "id" in owner && owner.id !== undefined ? owner.id : `${owner.kind} ${"name" in owner ? owner.name : ""}`;

const inOrder = (a: Port, b: Port): number =>
  a.port - b.port ||
  compare(a.endpoint.url, b.endpoint.url) ||
  compare(a.protocol, b.protocol) ||
  compare(a.address, b.address) ||
  compare(holderOf(a), holderOf(b));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
