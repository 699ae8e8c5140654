import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpointAt } from "../endpoint-at.ts";
import type { HostSnapshot } from "../../src/host/snapshot.ts";
import { hostClaims } from "../../src/inventory/host-claims.ts";
import { observeHost } from "../../src/host/observe-host.ts";
import { freePort } from "./free-port.ts";
import { cleanUp, docker, dockerAnswers, endpoint, tinyImage, uniqueName } from "./docker.ts";

describe.skipIf(!dockerAnswers)("a real host", () => {
  const name = uniqueName("berth_observe");
  const id = "organization/berth/observe";
  const Labels = { "berth.stack": id };
  const third = Math.floor(Math.random() * 256);
  const subnet = `10.253.${third}.0/28`;
  const gateway = `10.253.${third}.1`;
  const published = { running: 0, stopped: 0, hostNetwork: 0, process: 0 };
  let listening: ChildProcess | undefined;
  let host: HostSnapshot;

  async function container(part: string, options: Omit<Dockerode.ContainerCreateOptions, "name" | "Image">) {
    return docker.createContainer({ name: `${name}_${part}`, Image: await tinyImage(), StopTimeout: 0, ...options });
  }

  beforeAll(async () => {
    for (const key of Object.keys(published) as (keyof typeof published)[]) published[key] = await freePort();
    await docker.createVolume({ Name: `${name}_data`, Labels });
    await docker.createNetwork({
      Name: `${name}_net`,
      Labels,
      IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: gateway }] },
    });

    const running = await container("running", {
      Labels,
      ExposedPorts: { "80/tcp": {} },
      HostConfig: {
        PortBindings: { "80/tcp": [{ HostPort: `${published.running}` }] },
        Binds: [`${name}_data:/data`, "/usr/share:/share:ro"],
        NanoCpus: 250_000_000,
        Memory: 32 * 1024 ** 2,
        MemoryReservation: 16 * 1024 ** 2,
      },
    });
    await running.start();

    const stopped = await container("stopped", {
      Cmd: ["sh", "-c", "exit 3"],
      ExposedPorts: { "53/udp": {} },
      HostConfig: { PortBindings: { "53/udp": [{ HostIp: "127.0.0.1", HostPort: `${published.stopped}` }] } },
    });
    await stopped.start();
    await stopped.wait();

    // busybox' httpd goes into the background once it listens; only then comes the word.
    const serving = await container("serving", {
      Cmd: ["sh", "-c", `httpd -p 127.0.0.1:${published.hostNetwork} && echo listening && sleep 86400`],
      HostConfig: { NetworkMode: "host" },
    });
    const output = await serving.attach({ stream: true, stdout: true, stderr: true });
    await serving.start();
    expect(String((await once(output, "data"))[0])).toContain("listening");

    const program = `require("node:net").createServer().listen(${published.process}, "127.0.0.1", () => console.log("listening"))`;
    listening = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    await once(listening.stdout!, "data");

    const report = await observeHost(endpointAt(endpoint), { interest: new Set(Object.values(published)) });
    if (report.kind !== "seen") throw new Error(report.reason);
    host = report;
  }, 120_000);

  afterAll(async () => {
    listening?.kill();
    await cleanUp();
  }, 60_000);

  const found = (part: string) => host.containers.find((container) => container.name === `${name}_${part}`);

  it("has a size", () => {
    expect(host.capacity.cpus).toBeGreaterThan(0);
    expect(host.capacity.memory).toBeGreaterThan(1024 ** 3);
  });

  it("has a running container with all that it holds", () => {
    expect(found("running")).toMatchObject({
      image: "berth-test-tiny:1",
      state: "running",
      labels: Labels,
      ports: [{ address: "0.0.0.0", protocol: "tcp", port: published.running }],
      directories: [{ path: "/usr/share", readOnly: true }],
      volumes: [`${name}_data`],
      cpus: 0.25,
      memory: 32 * 1024 ** 2,
      reservedMemory: 16 * 1024 ** 2,
    });
  });

  it("has a stopped container with its configured port and its exit code", () => {
    expect(found("stopped")).toMatchObject({
      state: "exited",
      inspect: { State: { ExitCode: 3 } },
      ports: [{ address: "127.0.0.1", protocol: "udp", port: published.stopped }],
    });
  });

  it("has a volume", () =>
    expect(host.volumes).toContainEqual({
      name: `${name}_data`,
      labels: Labels,
      inspect: expect.objectContaining({ Driver: "local" }),
    }));

  it("has a network with its subnet, beside Docker's own", () => {
    expect(host.networks).toContainEqual({
      id: expect.any(String),
      name: `${name}_net`,
      labels: Labels,
      subnets: [subnet],
      gateways: [gateway],
      internal: false,
      inspect: expect.objectContaining({ Driver: "bridge" }),
    });
    expect(host.networks.map((network) => network.name)).toContain("bridge");
  });

  it("has the process that listens, by its name", () => {
    const program = readFileSync(`/proc/${listening?.pid}/comm`, "utf8").trim();
    expect(host.listeners).toContainEqual({
      address: "127.0.0.1",
      protocol: "tcp",
      port: published.process,
      process: `${program} (pid ${listening?.pid})`,
    });
  });

  it("has the container that listens in the host's network, by its name", () => {
    expect(host.listeners).toContainEqual({
      address: "127.0.0.1",
      protocol: "tcp",
      port: published.hostNetwork,
      process: `container ${name}_serving`,
    });
  });

  it("has no listener for a port that a container publishes", () => {
    expect(host.listeners.filter(({ port }) => port === published.running)).toEqual([]);
  });

  it("claims all of it for its owners", () => {
    const resource = expect.any(String);
    const owner = { kind: "container", name: `${name}_running`, id, resource };
    const port = { kind: "hostPort", protocol: "tcp", endpoint: endpointAt(endpoint) };
    const claims = hostClaims(host).filter(({ owner }) => "name" in owner && owner.name.startsWith(name));
    expect(claims).toEqual(
      expect.arrayContaining([
        { ...port, address: "0.0.0.0", port: published.running, owner },
        {
          ...port,
          address: "127.0.0.1",
          port: published.hostNetwork,
          owner: { kind: "container", name: `${name}_serving`, resource },
        },
        { kind: "memory", limit: 32 * 1024 ** 2, reserved: 16 * 1024 ** 2, owner, endpoint: endpointAt(endpoint) },
        {
          kind: "volume",
          name: `${name}_data`,
          owner: { kind: "volume", name: `${name}_data`, id, resource },
          endpoint: endpointAt(endpoint),
        },
        {
          kind: "subnet",
          subnet,
          network: `${name}_net`,
          owner: { kind: "network", name: `${name}_net`, id, resource },
          endpoint: endpointAt(endpoint),
        },
      ]),
    );
  });
});
