import type { ContainerInfo } from "dockerode";
import { describe, expect, it } from "vitest";
import type { InspectedContainer } from "../../../src/host/inspected.ts";
import { listedContainer, listedName, liveContainer } from "../../../src/host/live-container.ts";

interface Parts {
  readonly host?: object;
  readonly state?: object;
  readonly bound?: object | null;
  readonly mounts?: readonly object[] | null;
  readonly labels?: object | null;
}

const inspected = ({ host, state, bound = {}, mounts = [], labels = {} }: Parts = {}) =>
  ({
    Id: "c1",
    Name: "/web",
    Image: "sha256:1",
    Config: { Image: "web:1", Labels: labels },
    State: { Status: "running", ExitCode: 0, ...state },
    HostConfig: { NetworkMode: "bridge", PortBindings: {}, ...host },
    NetworkSettings: { Ports: bound },
    Mounts: mounts,
  }) as unknown as InspectedContainer;

const port = (address: string, number: number, protocol = "tcp") => ({ address, protocol, port: number });
const bindings = (...list: [string, string][]) => list.map(([HostIp, HostPort]) => ({ HostIp, HostPort }));

describe("the ports of a container", () => {
  it.each<[string, Parts, object[]]>([
    [
      "a stopped one has what is configured",
      { host: { PortBindings: { "80/tcp": bindings(["", "8080"]) } }, state: { Status: "exited" } },
      [port("0.0.0.0", 8080)],
    ],
    [
      "both families of one binding are one",
      {
        host: { PortBindings: { "80/tcp": bindings(["", "8080"]) } },
        bound: { "80/tcp": bindings(["0.0.0.0", "8080"], ["::", "8080"]) },
      },
      [port("0.0.0.0", 8080)],
    ],
    [
      "two configured ones stay two",
      { host: { PortBindings: { "80/tcp": bindings(["0.0.0.0", "8080"], ["::", "8080"]) } } },
      [port("0.0.0.0", 8080), port("::", 8080)],
    ],
    [
      "addresses and udp are kept",
      { host: { PortBindings: { "53/udp": bindings(["127.0.0.1", "53"]) } } },
      [port("127.0.0.1", 53, "udp")],
    ],
    [
      "what is no address means all",
      { host: { PortBindings: { "80/tcp": bindings(["8080", "8080"]) } } },
      [port("0.0.0.0", 8080)],
    ],
    [
      "sctp",
      { host: { PortBindings: { "80/sctp": bindings(["", "8080"]) } } },
      [{ ...port("0.0.0.0", 8080), protocol: "sctp" }],
    ],
    [
      "a random one counts while it is bound",
      {
        host: { PortBindings: { "80/tcp": bindings(["", ""]) } },
        bound: { "80/tcp": bindings(["0.0.0.0", "49153"], ["::", "49153"]) },
      },
      [port("0.0.0.0", 49153)],
    ],
    [
      "a random one may differ between the families",
      {
        host: { PortBindings: { "80/tcp": bindings(["", "0"]) } },
        bound: { "80/tcp": bindings(["0.0.0.0", "49153"], ["::", "49154"]) },
      },
      [port("0.0.0.0", 49153), port("::", 49154)],
    ],
    [
      "a random one of a stopped one is none",
      { host: { PortBindings: { "80/tcp": bindings(["", ""]) } }, state: { Status: "exited" } },
      [],
    ],
    [
      "one of a range is the bound one",
      {
        host: { PortBindings: { "80/tcp": bindings(["", "8000-8010"]) } },
        bound: { "80/tcp": bindings(["0.0.0.0", "8003"]) },
      },
      [port("0.0.0.0", 8003)],
    ],
    [
      "a fixed one beside a random one",
      {
        host: { PortBindings: { "80/tcp": bindings(["127.0.0.1", "8080"], ["", ""]) } },
        bound: { "80/tcp": bindings(["127.0.0.1", "8080"], ["0.0.0.0", "49153"]) },
      },
      [port("127.0.0.1", 8080), port("0.0.0.0", 49153)],
    ],
    [
      "all exposed ones published",
      {
        host: { PortBindings: null, PublishAllPorts: true },
        bound: { "80/tcp": bindings(["0.0.0.0", "49155"]), "81/tcp": null },
      },
      [port("0.0.0.0", 49155)],
    ],
    [
      "the host's network publishes none",
      { host: { NetworkMode: "host", PortBindings: { "80/tcp": bindings(["", "8080"]) } } },
      [],
    ],
    ["nothing at all", { host: { PortBindings: null }, bound: null }, []],
  ])("%s", (_, parts, ports) => expect(liveContainer(inspected(parts)).ports).toEqual(ports));
});

describe("the limits of a container", () => {
  it.each<[string, object, object]>([
    ["none", {}, { cpus: 0, memory: 0, reservedMemory: 0 }],
    ["cpus", { NanoCpus: 1_500_000_000 }, { cpus: 1.5 }],
    ["a quota", { NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 100_000 }, { cpus: 0.5 }],
    ["a quota of Docker's usual period", { CpuQuota: 200_000, CpuPeriod: 0 }, { cpus: 2 }],
    ["a quota of -1 is none", { CpuQuota: -1 }, { cpus: 0 }],
    ["memory", { Memory: 1024, MemoryReservation: 512 }, { memory: 1024, reservedMemory: 512 }],
  ])("%s", (_, host, expected) => expect(liveContainer(inspected({ host }))).toMatchObject(expected));
});

it("mounts are directories of the host or volumes", () => {
  const mounts = [
    { Type: "bind", Source: "/srv/a", RW: false },
    { Type: "volume", Name: "data", Source: "/var/lib/docker/volumes/data/_data" },
    { Type: "tmpfs", Source: "" },
  ];
  expect(liveContainer(inspected({ mounts }))).toMatchObject({
    directories: [{ path: "/srv/a", readOnly: true }],
    volumes: ["data"],
  });
  expect(liveContainer(inspected({ mounts: null, labels: null }))).toMatchObject({
    directories: [],
    volumes: [],
    labels: {},
  });
});

it.each<[string, object | null, object[]]>([
  ["the one it has", { IPAddress: "10.1.0.5", IPAMConfig: null }, [{ network: "net", address: "10.1.0.5" }]],
  [
    "stopped, the one it was given for good",
    { IPAddress: "", IPAMConfig: { IPv4Address: "10.1.0.6" } },
    [{ network: "net", address: "10.1.0.6" }],
  ],
  ["stopped, none that Docker chose", { IPAddress: "", IPAMConfig: {} }, []],
])("the address of a container in a network: %s", (_, network, addresses) => {
  const NetworkSettings = { Networks: { net: network } };
  expect(liveContainer({ ...inspected(), NetworkSettings } as unknown as InspectedContainer).addresses).toEqual(
    addresses,
  );
});

it("a container that is only listed has what the list tells", () => {
  const listed = {
    Id: "c1",
    Names: ["/other/alias", "/web"],
    Image: "web:1",
    ImageID: "sha256:1",
    State: "running",
    Labels: { a: "b" },
    HostConfig: { NetworkMode: "bridge" },
    Ports: [
      { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
      { IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
      { PrivatePort: 81, Type: "tcp" },
    ],
    Mounts: [{ Type: "bind", Source: "/srv/a", RW: false }],
  } as unknown as ContainerInfo;
  expect(listedName(listed)).toBe("web");
  expect(listedContainer(listed)).toEqual({
    id: "c1",
    name: "web",
    image: "web:1",
    imageId: "sha256:1",
    state: "running",
    labels: { a: "b" },
    networkMode: "bridge",
    ports: [port("0.0.0.0", 8080)],
    directories: [{ path: "/srv/a", readOnly: true }],
    volumes: [],
    addresses: [],
    cpus: 0,
    memory: 0,
    reservedMemory: 0,
  });
});
