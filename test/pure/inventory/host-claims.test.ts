import { describe, expect, it } from "vitest";
import type { Claim, Owner } from "../../../src/claims/claim.ts";
import { hostClaims } from "../../../src/inventory/host-claims.ts";
import type { LiveContainer } from "../../../src/host/snapshot.ts";
import { container as named, endpoint, hostWith, type Live } from "../conflicts/sample.ts";

const stack = { "berth.stack": "organization/berth/hospital-a" };
const id = stack["berth.stack"];

const container = (parts: Partial<LiveContainer> = {}): LiveContainer => named("web", { id: "c1", ...parts });

const web: Owner = { kind: "container", name: "web", resource: "c1" };
const directory = (path: string, readOnly = false): LiveContainer["directories"][number] => ({ path, readOnly });
const name: Claim = { kind: "container", name: "web", owner: web, endpoint };
const port = { address: "0.0.0.0", protocol: "tcp", port: 8080 } as const;

describe("what is held by", () => {
  it.each<[string, Live, Claim[]]>([
    ["a stranger's container", { containers: [container()] }, [name]],
    ["a deployment's container", { containers: [container({ labels: stack })] }, [{ ...name, owner: { ...web, id } }]],
    [
      "a stopped container: its ports but no CPU or memory",
      { containers: [container({ state: "exited", ports: [port], cpus: 1, memory: 512 })] },
      [name, { kind: "hostPort", ...port, owner: web, endpoint }],
    ],
    [
      "a stopped container of a deployment that is stopped: no ports",
      { containers: [container({ state: "exited", ports: [port], labels: stack, restartPolicy: "no" })] },
      [{ ...name, owner: { ...web, id } }],
    ],
    [
      "a stopped container of a deployment that runs: its ports",
      { containers: [container({ state: "exited", ports: [port], labels: stack, restartPolicy: "always" })] },
      [
        { ...name, owner: { ...web, id } },
        { kind: "hostPort", ...port, owner: { ...web, id }, endpoint },
      ],
    ],
    [
      "a running container with limits",
      { containers: [container({ cpus: 0.5, memory: 512 })] },
      [
        name,
        { kind: "cpu", limit: 0.5, reserved: 0, owner: web, endpoint },
        { kind: "memory", limit: 512, reserved: 0, owner: web, endpoint },
      ],
    ],
    [
      "a running container with a reservation alone",
      { containers: [container({ reservedMemory: 256 })] },
      [name, { kind: "memory", limit: 0, reserved: 256, owner: web, endpoint }],
    ],
    [
      "a container with directories",
      { containers: [container({ directories: [directory("/srv/web"), directory("/devices", true)] })] },
      [
        name,
        { kind: "hostPath", path: "/srv/web", shared: false, owner: web, endpoint },
        { kind: "hostPath", path: "/devices", shared: true, owner: web, endpoint },
      ],
    ],
    [
      "a container with an address in a network",
      { containers: [container({ addresses: [{ network: "net", address: "10.1.0.5" }] })] },
      [name, { kind: "address", network: "net", address: "10.1.0.5", owner: web, endpoint }],
    ],
    [
      "a container with what every container may have",
      {
        containers: [
          container({
            directories: [
              "/",
              "/var/run/docker.sock",
              "/run/x/other.sock",
              "/dev",
              "/dev/dri",
              "/proc",
              "/sys/fs/cgroup",
              "/etc/localtime",
              "/etc/timezone",
              "/etc/hosts",
              "/etc/resolv.conf",
            ].map((path) => directory(path)),
          }),
        ],
      },
      [name],
    ],
    [
      "a stranger's volume",
      { volumes: [{ name: "data", labels: {} }] },
      [{ kind: "volume", name: "data", owner: { kind: "volume", name: "data" }, endpoint }],
    ],
    [
      "a deployment's volume, mounted by a stranger",
      { volumes: [{ name: "data", labels: stack }], containers: [container({ volumes: ["data"] })] },
      [
        name,
        {
          kind: "volume",
          name: "data",
          owner: { kind: "volume", name: "data", id, resource: "volume data " },
          endpoint,
        },
      ],
    ],
    [
      "a network",
      {
        networks: [
          {
            id: "n1",
            name: "net",
            labels: stack,
            subnets: ["10.1.0.0/24", "10.2.0.0/24"],
            gateways: [],
            internal: false,
          },
        ],
      },
      [
        { kind: "network", name: "net", owner: { kind: "network", name: "net", id, resource: "n1" }, endpoint },
        {
          kind: "subnet",
          subnet: "10.1.0.0/24",
          network: "net",
          owner: { kind: "network", name: "net", id, resource: "n1" },
          endpoint,
        },
        {
          kind: "subnet",
          subnet: "10.2.0.0/24",
          network: "net",
          owner: { kind: "network", name: "net", id, resource: "n1" },
          endpoint,
        },
      ],
    ],
    [
      "Docker's own networks: their subnets alone",
      {
        networks: [
          { id: "n1", name: "bridge", labels: {}, subnets: ["172.17.0.0/16"], gateways: [], internal: false },
          { id: "n2", name: "host", labels: {}, subnets: [], gateways: [], internal: false },
          { id: "n3", name: "none", labels: {}, subnets: [], gateways: [], internal: false },
        ],
      },
      [
        {
          kind: "subnet",
          subnet: "172.17.0.0/16",
          network: "bridge",
          owner: { kind: "network", name: "bridge", resource: "n1" },
          endpoint,
        },
      ],
    ],
    [
      "a Swarm service",
      { swarmPorts: [{ ...port, service: "shop" }] },
      [{ kind: "hostPort", ...port, owner: { kind: "swarm service", name: "shop" }, endpoint }],
    ],
    [
      "a process",
      { listeners: [{ ...port, process: "nginx (pid 812)" }] },
      [{ kind: "hostPort", ...port, owner: { kind: "process", name: "nginx (pid 812)" }, endpoint }],
    ],
    [
      "a container with the host's network: its deployment's",
      {
        containers: [container({ labels: stack, networkMode: "host" })],
        listeners: [{ ...port, process: "container web" }],
      },
      [
        { ...name, owner: { ...web, id } },
        { kind: "hostPort", ...port, owner: { ...web, id }, endpoint },
      ],
    ],
  ])("%s", (_, parts, claims) => {
    const held = hostClaims(hostWith(parts));
    expect(held).toHaveLength(claims.length);
    expect(held).toEqual(expect.arrayContaining(claims));
  });
});
