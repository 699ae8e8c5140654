import { readFile } from "node:fs/promises";
import { SocketAddress } from "node:net";
import type { NotLookedAt } from "../findings/gap.ts";
import type { HostSnapshot, Listener, LivePort } from "./snapshot.ts";
import { processesOf } from "./processes.ts";

/** A socket that waits for others: TCP listening, UDP bound and not connected. */
export interface Socket extends LivePort {
  /** By which the kernel knows it; /proc/<pid>/fd names it. */
  readonly inode: string;
}

export interface Sockets {
  readonly sockets: readonly Socket[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** All sockets of this machine on which a process listens. */
export async function observeSockets(directory = "/proc/net"): Promise<Sockets> {
  const tables = await Promise.all(
    (["tcp", "tcp6", "udp", "udp6"] as const).map(async (name) => {
      const text = await readFile(`${directory}/${name}`, "utf8").catch((error: NodeJS.ErrnoException) => error);
      return { name, text, protocol: name.startsWith("tcp") ? ("tcp" as const) : ("udp" as const) };
    }),
  );
  const sockets = tables.flatMap(({ text, protocol }) =>
    typeof text === "string" ? parseSockets(text, protocol) : [],
  );
  const notLookedAt = tables.flatMap(({ name, text }) =>
    // No table for IPv6 means that the kernel has no IPv6.
    typeof text === "string" || (name.endsWith("6") && text.code === "ENOENT")
      ? []
      : [{ what: `${name} sockets of this machine`, why: `${directory}/${name} cannot be read (${text.code})` }],
  );
  return { sockets, notLookedAt };
}

const waiting = { tcp: "0A", udp: "07" } as const;

/** The waiting sockets in a table of /proc/net, each address and port once. */
export function parseSockets(text: string, protocol: "tcp" | "udp"): Socket[] {
  const sockets = new Map<string, Socket>();
  for (const line of text.split("\n").slice(1)) {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [hexAddress = "", hexPort = ""] = local.split(":");
    const port = Number.parseInt(hexPort, 16);
    if (state !== waiting[protocol] || !port) continue;
    const address = addressOf(hexAddress);
    const key = `${address} ${port}`;
    if (!sockets.has(key)) sockets.set(key, { address, protocol, port, inode });
  }
  return [...sockets.values()];
}

/** The kernel writes an address as 32-bit words in the machine's own byte order: little-endian. */
export function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse());
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join(".");
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? [];
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}

/** The sockets that no published port of a running container or Swarm service explains. */
export function unexplained(
  sockets: readonly Socket[],
  host: Pick<HostSnapshot, "containers" | "swarmPorts">,
): Socket[] {
  const published = [
    ...host.containers.filter((container) => isUp(container.state)).flatMap((container) => container.ports),
    ...host.swarmPorts,
  ];
  return sockets.filter((socket) => !published.some((port) => opens(port, socket)));
}

const isUp = (state: string): boolean => state === "running" || state === "paused";

/** Docker opens a port for all addresses as 0.0.0.0, as :: or as both. */
const opens = (published: LivePort, socket: LivePort): boolean =>
  published.protocol === socket.protocol &&
  published.port === socket.port &&
  (published.address === socket.address || (published.address === "0.0.0.0" && socket.address === "::"));

/** Ports whose processes are to be named. */
export type Interest = ReadonlySet<number> | "all";

/** Whose files this user may not look at, and what has none. */
const hidden = "a process of another user, or the kernel";

/**
 * The sockets with the names of their processes.
 * @param interest The ports for which it matters: finding a process means reading all of /proc.
 * @param containers Of this host: a process inside one of them is reported as `container NAME`.
 */
export function listenersOf(
  sockets: readonly Socket[],
  interest: Interest,
  containers: HostSnapshot["containers"],
): Listener[] {
  const isAsked = (port: number): boolean => interest === "all" || interest.has(port);
  const processes = processesOf(new Set(sockets.filter(({ port }) => isAsked(port)).map(({ inode }) => inode)));
  return sockets.map(({ inode, ...port }) => {
    const process = processes.get(inode);
    const container = containers.find(({ id }) => id === process?.containerId);
    if (container) return { ...port, process: `container ${container.name}` };
    return {
      ...port,
      process: process ? `${process.name} (pid ${process.pid})` : isAsked(port.port) ? hidden : "a process",
    };
  });
}
