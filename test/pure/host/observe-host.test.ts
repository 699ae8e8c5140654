import type { ServerResponse } from "node:http";
import { Agent } from "node:http";
import type { Socket } from "node:net";
import { hostname, userInfo } from "node:os";
import { Duplex } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { instruction, shell, steps } from "../../../src/findings/remedy.ts";
import type { HostReport } from "../../../src/host/snapshot.ts";
import { observeHost } from "../../../src/host/observe-host.ts";
import { type Fake, fakeDocker, fakeSocket, type Replies, status } from "../docker/fake-docker.ts";

const open: Fake[] = [];
async function use(fake: Promise<Fake>): Promise<Fake> {
  open.push(await fake);
  return fake;
}
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const listed = (id: string, parts: object = {}) => ({
  Id: id,
  Names: [`/${id}`],
  Image: "web:1",
  ImageID: "sha256:1",
  State: "running",
  ...parts,
});
const described = (id: string, host: object = {}) => ({
  Id: id,
  Name: `/${id}`,
  Image: "sha256:1",
  Config: { Image: "web:1", Labels: {} },
  State: { Status: "running", ExitCode: 0 },
  HostConfig: { NetworkMode: "bridge", ...host },
  NetworkSettings: { Ports: {} },
  Mounts: [],
});
const info = (parts: object) => ({
  NCPU: 4,
  MemTotal: 8e9,
  Name: hostname(),
  Swarm: { LocalNodeState: "inactive" },
  ...parts,
});

describe("a host that answers", () => {
  const observed = async (replies: Replies): Promise<HostReport> =>
    observeHost(endpointAt((await use(fakeDocker(replies))).endpoint));

  it("is seen although nothing is on it", async () => {
    const { endpoint } = await use(fakeDocker());
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      kind: "seen",
      endpoint: endpointAt(endpoint),
      capacity: { cpus: 4, memory: 8e9 },
      containers: [],
      volumes: [],
      networks: [],
      swarmPorts: [],
      notLookedAt: [],
    });
  });

  it("is told in an order that does not change", async () => {
    const report = await observed({
      "/containers/json?all=1": [listed("b"), listed("a")],
      "/containers/a/json": described("a"),
      "/containers/b/json": described("b"),
      "/volumes": {
        Volumes: [
          { Name: "v2", Labels: null },
          { Name: "v1", Labels: { x: "y" } },
        ],
      },
      "/networks": [
        { Id: "2", Name: "n2", IPAM: { Config: [{ Subnet: "10.1.0.0/24" }, { Subnet: "fd00::/64" }] } },
        { Id: "1", Name: "n1", Labels: {}, IPAM: { Config: null } },
      ],
    });
    expect(report).toMatchObject({
      containers: [{ name: "a" }, { name: "b" }],
      volumes: [
        { name: "v1", labels: { x: "y" } },
        { name: "v2", labels: {} },
      ],
      networks: [
        { id: "1", name: "n1", labels: {}, subnets: [], gateways: [], internal: false },
        { id: "2", name: "n2", labels: {}, subnets: ["10.1.0.0/24", "fd00::/64"], gateways: [], internal: false },
      ],
    });
  });

  it("has as many containers as it lists, however many go at a time", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const report = await observed({
      "/containers/json?all=1": ids.map((id) => listed(id)),
      ...Object.fromEntries(ids.map((id) => [`/containers/${id}/json`, described(id)])),
    });
    expect(report.kind === "seen" && report.containers.map(({ name }) => name)).toEqual(ids.sort());
  });

  it("has no container that vanished after it was listed", async () => {
    const report = await observed({
      "/containers/json?all=1": [listed("a"), listed("gone")],
      "/containers/a/json": described("a"),
    });
    expect(report).toMatchObject({ kind: "seen", containers: [{ name: "a" }], notLookedAt: [] });
  });

  it("says which container it cannot describe, and keeps what it listed of it", async () => {
    const ports = [{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" }];
    const report = await observed({
      "/containers/json?all=1": [listed("broken", { State: "dead", Ports: ports })],
      "/containers/broken/json": status(500, '{"message":"RWLayer is nil"}'),
    });
    expect(report).toMatchObject({
      containers: [{ name: "broken", state: "dead", ports: [{ address: "0.0.0.0", protocol: "tcp", port: 8080 }] }],
      notLookedAt: [{ what: "configured ports and limits of container broken", why: "HTTP 500: RWLayer is nil" }],
    });
  });

  it("tells the published ports of Swarm services", async () => {
    const ports = [
      { Protocol: "tcp", PublishedPort: 8080 },
      { Protocol: "udp", PublishedPort: 53 },
      { Protocol: "tcp" },
    ];
    const report = await observed({
      "/info": info({ Swarm: { LocalNodeState: "active", ControlAvailable: true } }),
      "/services": [
        { Spec: { Name: "shop" }, Endpoint: { Ports: ports } },
        { Spec: { Name: "inner" }, Endpoint: {} },
      ],
    });
    expect(report).toMatchObject({
      swarmPorts: [
        { address: "0.0.0.0", protocol: "tcp", port: 8080, service: "shop" },
        { address: "0.0.0.0", protocol: "udp", port: 53, service: "shop" },
      ],
    });
  });

  it("says that a Swarm's worker knows no services", async () => {
    expect(
      await observed({ "/info": info({ Swarm: { LocalNodeState: "active", ControlAvailable: false } }) }),
    ).toMatchObject({
      swarmPorts: [],
      notLookedAt: [
        {
          what: "published ports of Swarm services",
          why: "this node is a worker of its Swarm; only a manager knows the services",
        },
      ],
    });
  });

  it("passes on what Docker could not list", async () => {
    const { endpoint } = await use(fakeDocker({ "/volumes": { Volumes: [], Warnings: ["nfs: no answer"] } }));
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      notLookedAt: [{ what: `volumes of ${endpoint}`, why: "nfs: no answer" }],
    });
  });

  it("does not take this machine's processes for those of a Docker in a virtual machine", async () => {
    const { endpoint } = await use(fakeDocker({ "/info": info({ Name: "docker-desktop" }) }));
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      listeners: [],
      routes: [],
      notLookedAt: [
        {
          what: `processes and routes of ${endpoint}`,
          why: `Docker runs on docker-desktop, this program on ${hostname()}`,
        },
      ],
    });
  });
});

describe("a host that does not answer as it should", () => {
  const half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[{";

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ["accepts and says nothing", () => undefined, /^no answer to GET \S+ within 1 s$/],
    [
      "says half and hangs",
      (socket) => socket.on("data", () => socket.write(half)),
      /^no answer to GET \S+ within 1 s$/,
    ],
    [
      "says half and closes",
      (socket) => socket.on("data", () => socket.end(half)),
      /^the connection ended in the middle of the answer to GET /,
    ],
    ["closes at once", (socket) => socket.end(), /^the connection ended in the middle of the answer to GET /],
    [
      "speaks no HTTP",
      (socket) => socket.on("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n")),
      /^not a Docker API: the answer to GET \S+ is no HTTP$/,
    ],
  ])("%s", async (_, talk, reason) => {
    const { endpoint } = await use(fakeSocket(talk));
    expect(await observeHost(endpointAt(endpoint), { timeout: 1_000 })).toEqual({
      kind: "unreachable",
      endpoint: endpointAt(endpoint),
      reason: expect.stringMatching(reason),
      remedy: expect.objectContaining({ kind: expect.any(String) as string }),
    });
  });

  it("is waited for 10 s and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { endpoint } = await use(fakeSocket(() => undefined));
    let isSettled = false;
    const report = observeHost(endpointAt(endpoint)).finally(() => (isSettled = true));
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await report).toMatchObject({
      kind: "unreachable",
      reason: expect.stringMatching(/^no answer to GET \S+ within 10 s$/),
      remedy: { kind: "steps" },
    });
  });

  it.each<[string, Replies, string]>([
    [
      "an error",
      { "/info": status(500, '{"message":"no space left"}') },
      "GET /info was answered with HTTP 500: no space left",
    ],
    [
      "an error without words of Docker",
      { "/networks": status(502, "Bad Gateway") },
      "GET /networks was answered with HTTP 502: Bad Gateway",
    ],
    [
      "a web page",
      { "/info": status(200, "<html>hello</html>") },
      "not a Docker API: the answer to GET /info is <html>hello</html>",
    ],
    ["nothing in it", { "/info": status(200, "") }, "not a Docker API: the answer to GET /info is empty"],
    [
      "no list",
      { "/containers/json?all=1": { hello: 1 } },
      'not a Docker API: the answer to GET /containers/json?all=1 is {"hello":1}',
    ],
    ["an object of something else", { "/info": { a: 1 } }, 'not a Docker API: the answer to GET /info is {"a":1}'],
    ["nothing where volumes are", { "/volumes": { a: 1 } }, 'not a Docker API: the answer to GET /volumes is {"a":1}'],
    ["a list of nothing", { "/networks": [null] }, "not a Docker API: the answer to GET /networks is [null]"],
    [
      "a container of another kind",
      { "/containers/json?all=1": [listed("odd")], "/containers/odd/json": { Config: null } },
      'not a Docker API: the answer to GET /containers/odd/json is {"Config":null}',
    ],
    [
      "a container without anything",
      { "/containers/json?all=1": [listed("odd")], "/containers/odd/json": { a: 1 } },
      "not a Docker API: the answer to a request is without fields that Docker gives",
    ],
    [
      "a container that never comes",
      { "/containers/json?all=1": [listed("stuck")], "/containers/stuck/json": () => undefined },
      "no answer to GET /containers/stuck/json within 1 s",
    ],
  ])("answers with %s", async (_, replies, reason) => {
    const { endpoint } = await use(fakeDocker(replies));
    expect(await observeHost(endpointAt(endpoint), { timeout: 1_000 })).toMatchObject({
      kind: "unreachable",
      endpoint: endpointAt(endpoint),
      reason,
    });
  });

  it("answers without end, of which no more than a bound is kept", async () => {
    const endless = (response: ServerResponse): void => {
      const piece = Buffer.alloc(4 * 1024 * 1024, "[");
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", more);
      more();
    };
    const { endpoint } = await use(fakeDocker({ "/info": endless }));
    const report = await observeHost(endpointAt(endpoint), { timeout: 30_000 });
    expect(report).toMatchObject({ kind: "unreachable", reason: expect.stringContaining("more than 64 MiB") });
  });

  it("has no socket", async () => {
    expect(await observeHost(endpointAt("unix:///nowhere/docker.sock"))).toEqual({
      kind: "unreachable",
      endpoint: endpointAt("unix:///nowhere/docker.sock"),
      reason: "the Docker daemon is not running: there is no /nowhere/docker.sock",
      remedy: shell("sudo", "systemctl", "start", "docker"),
    });
  });

  it("does not let this user in", async () => {
    const denied = Object.assign(new Error("connect EACCES"), { code: "EACCES" });
    vi.spyOn(Agent.prototype, "createConnection").mockImplementation(() => {
      const socket = new Duplex({ read: () => undefined, write: () => undefined });
      setImmediate(() => socket.destroy(denied));
      return socket;
    });
    expect(await observeHost(endpointAt("unix:///var/run/docker.sock"))).toMatchObject({
      reason: "permission denied on /var/run/docker.sock",
      remedy: steps(
        shell("sudo", "usermod", "-aG", "docker", userInfo().username),
        instruction("then log in again, so that the new group counts"),
      ),
    });
  });

  it("is no Docker endpoint at all", async () => {
    for (const endpoint of ["", "far", "ftp://far", "ssh://", "tcp:///x"]) {
      expect(await observeHost(endpointAt(endpoint))).toMatchObject({
        kind: "unreachable",
        endpoint: endpointAt(endpoint),
        reason: "not a valid Docker endpoint URL",
      });
    }
  });
});
