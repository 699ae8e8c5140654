import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Filler, Path } from "./interpolate.ts";
import { memoize } from "../notation/memoize.ts";
import { canonicalAddress } from "../notation/subnet.ts";

/** One port as a blueprint publishes it, before the stack has its say. */
export interface ComposePort {
  readonly address: string;
  readonly protocol: "tcp" | "udp";
  readonly hostPort: number | undefined;
  readonly containerPort: number;
}

type Written = NonNullable<ComposeService["ports"]>[number];

const allowed = '"8778:8000", "127.0.0.1:8778:8000", "8000", with /tcp or /udp behind';

/** A port of a Compose file, in its short or long form; undefined and a finding where it is none. */
export function composePort(port: Written, path: Path, filler: Filler): ComposePort | undefined {
  return filler.parsed(typeof port === "string" ? port : shortForm(port), path, parsed, allowed);
}

function shortForm({ host_ip, published = "", target, protocol }: Exclude<Written, string>): string {
  const address = host_ip === undefined ? "" : `${host_ip.includes(":") ? `[${host_ip}]` : host_ip}:`;
  return `${address}${published}:${target}${protocol === undefined ? "" : `/${protocol}`}`;
}

const parsed = memoize((text): ComposePort | undefined => {
  const match = /^(?:(\[[0-9a-f:.]+\]|\d+\.\d+\.\d+\.\d+):)?(?:(\d*):)?(\d+)(?:\/(tcp|udp))?$/i.exec(text);
  if (match === null) return undefined;
  const [, written, host, container, protocol] = match;
  const address = canonicalAddress(written?.replace(/[[\]]/g, "") ?? "0.0.0.0");
  const hostPort = host === undefined || host === "" ? undefined : Number(host);
  const containerPort = Number(container);
  if (address === undefined || !isPort(hostPort ?? 1) || !isPort(containerPort)) return undefined;
  return { address, protocol: protocol?.toLowerCase() === "udp" ? "udp" : "tcp", hostPort, containerPort };
});

const isPort = (number: number): boolean => number >= 1 && number <= 65535;
