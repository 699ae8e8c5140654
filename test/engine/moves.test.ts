import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("moves");
const octet = process.pid % 250;
/** Known to be up a second after its start: without one, an up waits for five. */
const health = `healthcheck: { test: [CMD, "true"], interval: 1s }`;
const subnet = `10.97.${octet}.0/26`;

/** What moves from one service, or network, to another of the same deployment. */
describe.skipIf(!engineAnswers)("a deployment whose services take over from each other", () => {
  let project: TemporaryProject;
  let ports: readonly [number, number];

  beforeAll(async () => {
    await tinyImage();
    ports = [await freePort(), await freePort()];
    const config = `config:\n  berth:blueprint: moves\n  berth:prefix: ${prefix}\n`;
    project = await temporaryProject({ stacks: { moves: config } });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  const write = (services: string, network = "front"): void =>
    writeFileSync(
      join(project.root, "blueprints", "moves.yaml"),
      `services:\n${services}volumes: { data: }\nnetworks: { ${network}: { ipam: { config: [{ subnet: ${subnet} }] } } }\n`,
    );
  const service = (key: string, port: number, more = ""): string =>
    `  ${key}: { image: "berth-test-tiny:1", init: true, stop_grace_period: 1s, ports: ["${port}:80"], ${health}${more} }\n`;
  const full = (network: string): string =>
    `, volumes: ["data:/data"], networks: { ${network}: { aliases: [web], ipv4_address: 10.97.${octet}.9 } }`;
  const up = (): Promise<Ran> => project.pulumi(["up", "--yes", "--skip-preview", "--stack", "moves"]);
  async function comesUp(...services: readonly string[]): Promise<Ran> {
    const ran = await up();
    expect(ran.code, ran.stdout).toBe(0);
    const clean = await project.pulumi(["preview", "--expect-no-changes", "--stack", "moves"]);
    expect(clean.code, clean.stdout).toBe(0);
    const listed = await docker.listContainers({ all: true, filters: { name: [prefix] } });
    expect(listed.map(({ Names, State }) => `${Names[0]?.slice(prefix.length + 2)} ${State}`).sort()).toEqual(
      services.map((name) => `${name} running`).sort(),
    );
    return ran;
  }

  it("renames a service and its network, with all that the service holds, in one up", async () => {
    write(service("app", ports[0], full("front")));
    await comesUp("app");
    await project.shell(`docker exec ${prefix}_app sh -c 'echo kept > /data/file'`);
    write(service("site", ports[0], full("back")), "back");
    const { stdout } = await comesUp("site");
    expect(stdout).toContain(`${prefix}_app is removed before ${prefix}_site is created`);
    expect((await project.shell(`docker exec ${prefix}_site cat /data/file`)).stdout).toBe("kept\n");
  });

  it("keeps a network that a container of somebody else is attached to, until the remedy detaches it", async () => {
    const stranger = await docker.createContainer({ Image: "berth-test-tiny:1", name: uniqueName("stranger") });
    await stranger.start();
    const { Name } = await stranger.inspect();
    try {
      await docker.getNetwork(`${prefix}_back`).connect({ Container: stranger.id });
      write(service("site", ports[0], full("front")), "front");
      const before = await docker.getContainer(`${prefix}_site`).inspect();
      const refused = await up();
      expect(refused.code).not.toBe(0);
      expect(refused.stdout).toContain(`network-attached  ${prefix}_back`);
      const destroy = "node dist/cli.cjs destroy moves --yes";
      const kept = await project.shell(destroy);
      expect(kept.code).toBe(1);
      expect(kept.stdout).toContain(
        `it is to be removed, but Docker keeps it while others are attached to it: ${Name.slice(1)}`,
      );
      expect((await docker.getContainer(`${prefix}_site`).inspect()).Id).toBe(before.Id);
      const remedy = /^ *remedy +(docker .*)$/m.exec(refused.stdout)?.[1] ?? "";
      expect((await project.shell(remedy)).code).toBe(0);
      await comesUp("site");
    } finally {
      await stranger.remove({ force: true });
    }
  });

  it("exchanges the ports of two services", async () => {
    write(service("one", ports[0], ", networks: [back]") + service("two", ports[1], ", networks: [back]"), "back");
    await comesUp("one", "two");
    write(service("one", ports[1], ", networks: [back]") + service("two", ports[0], ", networks: [back]"), "back");
    await comesUp("one", "two");
  });

  it("comes up at the second try where the new service could not start at the first", async () => {
    const broken = service("three", ports[0], `, command: [no-such-program], networks: [back]`);
    write(broken + service("one", ports[1], ", networks: [back]"), "back");
    expect((await up()).code).not.toBe(0);
    write(service("three", ports[0], ", networks: [back]") + service("one", ports[1], ", networks: [back]"), "back");
    await comesUp("one", "three");
  });
});
