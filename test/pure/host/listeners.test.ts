import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { HostSnapshot } from "../../../src/host/snapshot.ts";
import { listenersOf, observeSockets, parseSockets, unexplained } from "../../../src/host/listeners.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const row = (local: string, state: string, inode = 7) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0\n`;

describe("an address in a table of /proc/net", () => {
  it.each([
    ["00000000:1F90", "0.0.0.0", 8080],
    ["0100007F:0035", "127.0.0.1", 53],
    ["0A01A8C0:01BB", "192.168.1.10", 443],
    ["00000000000000000000000000000000:1F90", "::", 8080],
    ["00000000000000000000000001000000:0050", "::1", 80],
    ["000080FE00000000FF00FC0201000000:0050", "fe80::2fc:ff:0:1", 80],
    ["B80D0120000000000000000001000000:0050", "2001:db8::1", 80],
    ["0000000000000000FFFF00000100007F:0050", "127.0.0.1", 80],
  ])("%s is %s", (local, address, port) => {
    expect(parseSockets(head + row(local, "0A"), "tcp")).toEqual([{ address, protocol: "tcp", port, inode: "7" }]);
  });
});

describe("a socket on which somebody waits", () => {
  it.each<[string, "tcp" | "udp", string, number]>([
    ["listening", "tcp", row("00000000:0050", "0A"), 1],
    ["a connection", "tcp", row("00000000:0050", "01"), 0],
    ["bound", "udp", row("00000000:0035", "07"), 1],
    ["a connected client", "udp", row("00000000:9000", "01"), 0],
    ["no port", "udp", row("00000000:0000", "07"), 0],
    ["one port opened twice", "tcp", row("00000000:0050", "0A") + row("00000000:0050", "0A", 8), 1],
    ["a line that is none", "tcp", "nonsense\n\n", 0],
  ])("%s (%s)", (_, protocol, rows, count) => expect(parseSockets(head + rows, protocol)).toHaveLength(count));
});

describe("what a published port explains", () => {
  const container = (state: string, address: string, protocol: "tcp" | "udp" = "tcp") =>
    ({ state, ports: [{ address, protocol, port: 80 }] }) as unknown as HostSnapshot["containers"][number];
  const swarmPort = { service: "web", address: "0.0.0.0", protocol: "tcp" as const, port: 80 };
  const socket = (address: string) => ({ address, protocol: "tcp" as const, port: 80, inode: "7" });

  it.each<[string, string, Pick<HostSnapshot, "containers" | "swarmPorts">, boolean]>([
    ["the same address", "0.0.0.0", { containers: [container("running", "0.0.0.0")], swarmPorts: [] }, true],
    ["0.0.0.0 opened as ::", "::", { containers: [container("running", "0.0.0.0")], swarmPorts: [] }, true],
    ["a paused container", "0.0.0.0", { containers: [container("paused", "0.0.0.0")], swarmPorts: [] }, true],
    ["a Swarm service", "::", { containers: [], swarmPorts: [swarmPort] }, true],
    ["a stopped container", "0.0.0.0", { containers: [container("exited", "0.0.0.0")], swarmPorts: [] }, false],
    ["another address", "127.0.0.1", { containers: [container("running", "192.168.1.10")], swarmPorts: [] }, false],
    ["127.0.0.1 is not ::", "::", { containers: [container("running", "127.0.0.1")], swarmPorts: [] }, false],
    ["another protocol", "0.0.0.0", { containers: [container("running", "0.0.0.0", "udp")], swarmPorts: [] }, false],
  ])("%s", (_, address, host, explained) => {
    expect(unexplained([socket(address)], host)).toEqual(explained ? [] : [socket(address)]);
  });
});

describe("a process that listens", () => {
  const socket = { address: "0.0.0.0", protocol: "tcp" as const, port: 80, inode: "none" };
  it.each([
    ["that nobody asks for is not looked for", new Set<number>(), "a process"],
    ["that cannot be found", new Set([80]), "a process of another user, or the kernel"],
    ["that cannot be found among all", "all" as const, "a process of another user, or the kernel"],
  ])("%s", (_, interest, process) => {
    expect(listenersOf([socket], interest, [])).toEqual([{ address: "0.0.0.0", protocol: "tcp", port: 80, process }]);
  });
});

describe("the sockets of this machine", async () => {
  const directory = await mkdtemp(join(tmpdir(), "berth-proc-net-"));
  afterAll(() => rm(directory, { recursive: true }));

  it("are read without IPv6, too, and what cannot be read is said", async () => {
    await writeFile(join(directory, "tcp"), head + row("0100007F:0050", "0A"));
    expect(await observeSockets(directory)).toEqual({
      sockets: [{ address: "127.0.0.1", protocol: "tcp", port: 80, inode: "7" }],
      notLookedAt: [{ what: "udp sockets of this machine", why: `${directory}/udp cannot be read (ENOENT)` }],
    });
  });
});
