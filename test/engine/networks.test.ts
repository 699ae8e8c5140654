import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("networks");
const edge = uniqueName("edge");
const octet = process.pid % 250;
const [four, six] = [`10.95.${octet}`, `fd62:6572:95:${octet}`];

/** One deployment through its life: each test goes on where the one before ended. */
describe.skipIf(!engineAnswers)("a deployment with Compose's networks", () => {
  let project: TemporaryProject;
  let first: number;

  beforeAll(async () => {
    await tinyImage();
    first = await freeRange(3);
    const network = await docker.createNetwork({ Name: edge });
    await docker.getNetwork(network.id).inspect();
    const blueprint = `services:
  vpn:
    image: berth-test-tiny:1
    container_name: main-vpn
    init: true
    stop_grace_period: 1s
    dns: [9.9.9.9, 1.1.1.1]
    dns_search: corp.example
    domainname: corp.example
    ports: ["${first}-${first + 2}:8000-8002", "127.0.0.1:${await freePort()}:8000"${(await hasSctp()) ? `, "${await freePort()}:9899/sctp"` : ""}]
    networks:
      six: { ipv4_address: ${four}.9, ipv6_address: "${six}::9", aliases: [www] }
      edge: { priority: 5 }
  web: { image: "berth-test-tiny:1", init: true, stop_grace_period: 1s, network_mode: "service:vpn" }
  client: { image: "berth-test-tiny:1", init: true, stop_grace_period: 1s, networks: [six], links: ["vpn:gate"] }
  host: { image: "berth-test-tiny:1", init: true, stop_grace_period: 1s, network_mode: host }
  alone: { image: "berth-test-tiny:1", init: true, stop_grace_period: 1s, network_mode: none }
networks:
  six:
    enable_ipv6: true
    attachable: true
    labels: { zone: in }
    driver_opts: { com.docker.network.bridge.enable_icc: "true" }
    ipam:
      config:
        - { subnet: ${four}.0/26, ip_range: ${four}.32/27, aux_addresses: { printer: ${four}.10 } }
        - { subnet: "${six}::/64" }
  edge: { external: true, name: ${edge} }
`;
    const config = `config:\n  berth:blueprint: nets\n  berth:prefix: ${prefix}\n  berth:environment: development\n`;
    project = await temporaryProject({ stacks: { nets: config }, blueprints: { nets: blueprint } });
  });
  afterAll(async () => {
    await project?.destroy();
    await docker.getNetwork(edge).remove();
    await cleanUp();
  });

  const up = (...more: string[]): Promise<Ran> =>
    project.pulumi(["up", "--yes", "--skip-preview", "--stack", "nets", ...more]);
  const inspect = (key: string) => docker.getContainer(`${prefix}_${key}`).inspect();
  async function expectNothingToDo(): Promise<void> {
    const clean = await project.pulumi(["preview", "--expect-no-changes", "--stack", "nets"]);
    expect(clean.code, clean.stdout).toBe(0);
    const drift = await project.shell("node dist/cli.cjs drift nets");
    expect(drift.code, drift.stdout).toBe(0);
  }

  it("comes up as it is written, and nothing is left to do", async () => {
    const ran = await up();
    expect(ran.code, ran.stdout).toBe(0);
    await expectNothingToDo();
    const vpn = await inspect("vpn");
    expect(vpn.NetworkSettings.Networks[`${prefix}_six`]).toMatchObject({
      IPAddress: `${four}.9`,
      GlobalIPv6Address: `${six}::9`,
      Aliases: expect.arrayContaining(["vpn", "www", "main-vpn", "gate"]) as string[],
    });
    expect(Object.keys(vpn.NetworkSettings.Networks)).toContain(edge);
    expect(vpn.HostConfig.PortBindings).toMatchObject({
      "8001/tcp": [{ HostIp: "0.0.0.0", HostPort: String(first + 1) }],
    });
    expect((await inspect("web")).HostConfig.NetworkMode).toBe(`container:${vpn.Id}`);
    expect((await inspect("host")).HostConfig.NetworkMode).toBe("host");
    expect((await inspect("alone")).HostConfig.NetworkMode).toBe("none");
    const { stdout } = await project.shell(`docker exec ${prefix}_web cat /proc/net/fib_trie`);
    expect(stdout).toContain(`${four}.9`);
  });

  it("replaces a service together with the one whose network it has", async () => {
    await project.shell("sed -i 's/corp.example/other.example/' blueprints/nets.yaml");
    const before = await inspect("vpn");
    const ran = await up();
    expect(ran.code, ran.stdout).toBe(0);
    const [vpn, web] = [await inspect("vpn"), await inspect("web")];
    expect(vpn.Id).not.toBe(before.Id);
    expect(web.HostConfig.NetworkMode).toBe(`container:${vpn.Id}`);
    expect(web.State.Running).toBe(true);
    await expectNothingToDo();
  });

  it("does not come up without its external network", async () => {
    await project.shell(`sed -i 's/name: ${edge}/name: ${edge}_gone/' blueprints/nets.yaml`);
    const ran = await up();
    expect(ran.code).not.toBe(0);
    expect(ran.stdout).toContain(`network-missing  ${edge}_gone`);
    await project.shell(`sed -i 's/name: ${edge}_gone/name: ${edge}/' blueprints/nets.yaml`);
  });

  it("leaves the external network when it is destroyed", async () => {
    const ran = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "nets"]);
    expect(ran.code, ran.stdout).toBe(0);
    const names = (await docker.listNetworks()).map(({ Name }) => Name);
    expect(names).toContain(edge);
    expect(names).not.toContain(`${prefix}_six`);
  });
});

/** The first of so many ports in a row that are free. */
async function freeRange(count: number): Promise<number> {
  for (;;) {
    const first = await freePort();
    const next = await Promise.all(Array.from({ length: count - 1 }, (_, index) => isFree(first + index + 1)));
    if (next.every(Boolean)) return first;
  }
}

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  return new Promise((done) => {
    server.once("error", () => done(false));
    server.listen(port, () => server.close(() => done(true)));
  });
};

/** Whether the host's kernel has sctp: Docker cannot publish it otherwise. */
async function hasSctp(): Promise<boolean> {
  const container = await docker.createContainer({
    Image: "berth-test-tiny:1",
    ExposedPorts: { "9899/sctp": {} },
    HostConfig: { PortBindings: { "9899/sctp": [{ HostPort: "" }] } },
  });
  try {
    await container.start();
    return true;
  } catch {
    return false;
  } finally {
    await container.remove({ force: true });
  }
}
