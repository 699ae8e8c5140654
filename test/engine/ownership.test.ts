import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

/** What belongs to a deployment stays with it, whatever order plain Pulumi and berth commands come in. */
const prefix = uniqueName("own").replace(/[^a-z0-9]/g, "_");

const blueprint = (volume: string): string => `services:
  web:
    image: berth-test-tiny:1
    command: ["sh", "-c", "mkdir -p /data; exec httpd -f -p 8000 -h /data"]
    environment: { TOKEN: "\${TOKEN}" }
    ports: ["8000"]
    volumes: ["${volume}:/data"]
    healthcheck: { test: ["CMD", "true"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
volumes: { ${volume}: }
x-berth:
  health: false
  secrets: { TOKEN: { generate: 24 } }
`;

describe.skipIf(!engineAnswers)("what belongs to a deployment", () => {
  let project: TemporaryProject;
  let clone: TemporaryProject;
  let port = 0;
  let token: string | undefined;

  beforeAll(async () => {
    await tinyImage();
    port = await freePort();
    const stacks = {
      a: `config:\n  berth:blueprint: web\n  berth:prefix: ${prefix}\n  berth:ports: { web: ${port} }\n`,
    };
    project = await temporaryProject({ stacks, blueprints: { web: blueprint("data") } });
    clone = await temporaryProject({ stacks, blueprints: { web: blueprint("data") }, name: project.name });
    const ran = await up("a");
    expect(ran.code, ran.stdout).toBe(0);
    token = await tokenOf();
    expect(token).toHaveLength(24);
    expect((await project.shell(`docker exec ${prefix}_web touch /data/kept`)).code).toBe(0);
  });
  afterAll(async () => {
    await clone?.destroy();
    await project?.destroy();
    await cleanUp();
  });

  const up = (stack: string): Promise<Ran> => project.pulumi(["up", "--yes", "--skip-preview", "-s", stack]);
  const berth = (of: TemporaryProject, args: string): Promise<Ran> => of.shell(`node dist/cli.cjs ${args}`);
  const tokenOf = async (): Promise<string | undefined> => {
    const { Config } = await docker.getContainer(`${prefix}_web`).inspect();
    return Config.Env.find((entry) => entry.startsWith("TOKEN="))?.slice("TOKEN=".length);
  };
  const volumes = async (): Promise<string[]> => {
    const { Volumes: all } = await docker.listVolumes({ filters: { name: [prefix] } });
    return (all ?? []).map(({ Name }) => Name).sort();
  };
  const answersWithData = async (): Promise<void> => {
    expect((await fetch(`http://localhost:${port}/kept`)).status).toBe(200);
    expect(await tokenOf()).toBe(token);
  };

  it("is nothing that another clone of the project may touch", async () => {
    const before = (await docker.getContainer(`${prefix}_web`).inspect()).Id;
    const places = [project, clone].map(({ root }) => `${hostname()}:${root}/.state`);
    for (const refused of [await berth(clone, "check"), await clone.pulumi(["preview", "-s", "a"])]) {
      expect(refused.code).not.toBe(0);
      const text = refused.stdout;
      expect(text).toContain(`✗ managed-elsewhere  ${prefix}_web`);
      for (const place of places) expect(text).toContain(place);
      expect(text).not.toMatch(/docker (rm|network|volume)/);
    }
    const removed = await berth(clone, "destroy a --data --yes");
    expect(removed.code, removed.stdout).toBe(0);
    expect(removed.stdout).toContain(`kept the volume ${prefix}_data, which is managed from ${places[0]}`);
    expect((await docker.getContainer(`${prefix}_web`).inspect()).Id).toBe(before);
    expect(await volumes()).toEqual([`${prefix}_data`]);
    await answersWithData();
  });

  it("stays its own when the stack is renamed", async () => {
    const renamed = await project.pulumi(["stack", "rename", "b", "-s", "a"]);
    expect(renamed.code, renamed.stderr).toBe(0);
    const ran = await up("b");
    expect(ran.code, ran.stdout).toBe(0);
    await answersWithData();
    for (const command of ["check", "drift b"]) {
      const clean = await berth(project, command);
      expect(clean.code, clean.stdout + clean.stderr).toBe(0);
    }
  });

  it("is kept when a volume's key is renamed", async () => {
    const before = (await docker.getContainer(`${prefix}_web`).inspect()).Id;
    writeFileSync(join(project.root, "blueprints", "web.yaml"), blueprint("database"));
    const refused = await up("b");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(`✗ volume-left-behind  ${prefix}_data`);
    expect((await docker.getContainer(`${prefix}_web`).inspect()).Id).toBe(before);
    const checked = await berth(project, "check");
    expect(checked.code).toBe(1);
    const remedy = /remedy {5}(.*)/.exec(refused.stdout)?.[1] ?? "";
    expect((await project.shell(remedy)).code).toBe(0);
    const ran = await up("b");
    expect(ran.code, ran.stdout).toBe(0);
    expect(await volumes()).toEqual([`${prefix}_data`]);
    await answersWithData();
  });

  it("is not destroyed by plain Pulumi, and the next up opens the data again", async () => {
    const refused = await project.pulumi(["destroy", "--yes", "-s", "b"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("protect");
    await answersWithData();
    const destroyed = await project.pulumi(["destroy", "--yes", "--skip-preview", "--exclude-protected", "-s", "b"]);
    expect(destroyed.code, destroyed.stdout).toBe(0);
    expect(await docker.listContainers({ all: true, filters: { name: [prefix] } })).toEqual([]);
    const ran = await up("b");
    expect(ran.code, ran.stdout).toBe(0);
    await answersWithData();
    const clean = await project.pulumi(["preview", "--expect-no-changes", "-s", "b"]);
    expect(clean.code, clean.stdout).toBe(0);
  });

  it("is found without its state: the secrets come back from the container, and the data with them", async () => {
    const name = `${prefix}_lost`;
    const labels = { "berth.stack": `organization/${project.name}/lost` };
    const text = "a-text-that-was-generated";
    writeFileSync(
      join(project.root, "Pulumi.lost.yaml"),
      `config:\n  berth:blueprint: lost\n  berth:prefix: ${name}\n`,
    );
    writeFileSync(join(project.root, "blueprints", "lost.yaml"), blueprint("data").replace(/^ +ports.*\n/m, ""));
    await docker.createVolume({ Name: `${name}_data`, Labels: { ...labels, "berth.volume": "data" } });
    await docker
      .createContainer({
        name: `${name}_web`,
        Image: await tinyImage(),
        Cmd: ["sh", "-c", "touch /data/kept && sleep 1000"],
        Env: [`TOKEN=${text}`],
        Labels: { ...labels, "berth.service": "web" },
        HostConfig: { Binds: [`${name}_data:/data`] },
      })
      .then((container) => container.start());
    expect((await project.pulumi(["stack", "init", "lost"])).code).toBe(0);
    const refused = await project.pulumi(["preview", "-s", "lost"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain("✗ secret-lost  TOKEN");
    expect(refused.stdout).not.toMatch(/docker rm|a-text/);
    const recovered = await project.shell(/remedy {5}(.*)/.exec(refused.stdout)?.[1] ?? "");
    expect(recovered.code, recovered.stderr).toBe(0);
    expect(recovered.stdout + recovered.stderr).not.toContain(text);
    const stray = await project.pulumi(["preview", "-s", "lost"]);
    const removal = /remedy {5}(docker rm -f .*)/.exec(stray.stdout)?.[1] ?? "";
    expect((await project.shell(removal)).code, stray.stdout).toBe(0);
    const ran = await up("lost");
    expect(ran.code, ran.stdout).toBe(0);
    const { Config } = await docker.getContainer(`${name}_web`).inspect();
    expect(Config.Env).toContain(`TOKEN=${text}`);
    expect((await project.shell(`docker exec ${name}_web test -e /data/kept`)).code).toBe(0);
  });

  it("goes with all its data when that is asked for, and nothing else goes", async () => {
    const removed = await berth(project, "destroy b --data --yes");
    expect(removed.code, removed.stdout).toBe(0);
    expect(removed.stdout).toContain(`removed the volume ${prefix}_data`);
    expect(await volumes()).toEqual([`${prefix}_lost_data`]);
  });
});
