import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Filler, Path } from "./interpolate.ts";
import { memoize } from "../notation/memoize.ts";
import { type Protocol, protocolOf } from "../notation/protocol.ts";
import { canonicalAddress } from "../notation/subnet.ts";

/** One port as a blueprint publishes it, before the stack has its say. */
export interface ComposePort {
  readonly address: string;
  readonly protocol: Protocol;
  /** Undefined for any port of the host. */
  readonly hostPort: number | undefined;
  /** The ports of the host of which it gets one: `8000-8010:80`. */
  readonly choice?: readonly [number, number];
  readonly containerPort: number;
  /** How far behind the first one of its range it is: `8000-8005:9000-9005`. */
  readonly offset: number;
  /** How many ports its range has. */
  readonly count: number;
}

type Written = NonNullable<ComposeService["ports"]>[number];

const allowed = '"8778:8000", "127.0.0.1:8778:8000", "8000", "8000-8005:9000-9005", with /tcp, /udp or /sctp behind';

/** The ports of an entry of a Compose file, in its short or long form; none and a finding where it is not valid. */
export function composePorts(port: Written, path: Path, filler: Filler): readonly ComposePort[] {
  return filler.parsed(typeof port === "string" ? port : shortForm(port), path, parsed, allowed) ?? [];
}

function shortForm({ host_ip, published = "", target, protocol }: Exclude<Written, string>): string {
  return `${host_ip ? `[${host_ip}]:` : ""}${published}:${target}${protocol === undefined ? "" : `/${protocol}`}`;
}

/** As Docker splits it: what comes before the last two colons is an address, with or without brackets. */
const parsed = memoize((text): readonly ComposePort[] | undefined => {
  const [, before = "", written = "tcp"] = /^([^/]*)(?:\/(\w+))?$/.exec(text) ?? [];
  const parts = before.split(":");
  const address = canonicalAddress(
    parts
      .slice(0, -2)
      .join(":")
      .replace(/^\[(.*)\]$/, "$1") || "0.0.0.0",
  );
  const host = spanOf(parts.at(-2) || "0");
  const container = spanOf(parts.at(-1) ?? "");
  const protocol = protocolOf(written);
  if (address === undefined || protocol === undefined || host === undefined || !container?.[0]) return undefined;
  const count = container[1] - container[0] + 1;
  const hosts = host[1] - host[0] + 1;
  const isAny = host[0] === 0;
  if (!isAny && count > 1 && hosts !== count) return undefined;
  return Array.from({ length: count }, (_, offset) => ({
    address,
    protocol,
    hostPort: isAny || hosts > count ? undefined : host[0] + offset,
    ...(hosts > count && { choice: host }),
    containerPort: container[0] + offset,
    offset,
    count,
  }));
});

/** `8000` or `8000-8010`; 0 stands for any port. */
function spanOf(text: string): readonly [number, number] | undefined {
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const span = [Number(first), Number(last)] as const;
  return first !== "" && span[0] <= span[1] && span[1] <= 65535 ? span : undefined;
}
