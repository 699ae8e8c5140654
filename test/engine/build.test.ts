import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("built");

/** Two deployments of one application whose image is built from its folder. */
describe.skipIf(!engineAnswers)("services with build:", () => {
  let project: TemporaryProject;
  const source = (path: string): string => join(project.root, "app", path);
  const up = (stack: string): Promise<Ran> => project.pulumi(["up", "--yes", "--skip-preview", "--stack", stack]);
  const preview = (stack: string): Promise<Ran> => project.pulumi(["preview", "--expect-no-changes", "--stack", stack]);
  const container = (stack: string) => docker.getContainer(`${prefix}_${stack}_web`).inspect();
  const output = async (stack: string): Promise<string> =>
    String(await docker.getContainer(`${prefix}_${stack}_web`).logs({ stdout: true }));

  const images = async (stack: string): Promise<string[]> =>
    (await docker.listImages()).flatMap(({ RepoTags: tags }) =>
      (tags ?? []).filter((tag) => tag.startsWith(`${prefix}_${stack}_web:`)),
    );

  async function succeeds(running: Promise<Ran>): Promise<string> {
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  }

  beforeAll(async () => {
    const image = await tinyImage();
    const stackOf = (stack: string): string =>
      `config:\n  berth:blueprint: ./app/compose.yaml\n  berth:prefix: ${prefix}_${stack}\n`;
    project = await temporaryProject({ stacks: { one: stackOf("one"), two: stackOf("two") } });
    mkdirSync(source(""));
    writeFileSync(source("Dockerfile"), `FROM ${image}\nCOPY hello.txt /hello.txt\n`);
    writeFileSync(source("hello.txt"), "first\n");
    const command = `[sh, -c, "cat /hello.txt; exec sleep 86400"]`;
    writeFileSync(
      source("compose.yaml"),
      `services:\n  web: { build: ., command: ${command}, init: true, stop_grace_period: 1s }\n`,
    );
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  it("say at preview what will be built, and build it at up", async () => {
    expect(await succeeds(project.pulumi(["preview", "--stack", "one"]))).toMatch(/_one_web:\w+ will be built for web/);
    await succeeds(up("one"));
    expect(await output("one")).toContain("first");
    expect((await container("one")).Config.Image).toMatch(/./);
    await succeeds(preview("one"));
  });

  it("are built anew where their files change, for the deployment that is brought up and no other", async () => {
    await succeeds(up("two"));
    const before = await container("one");
    writeFileSync(source("hello.txt"), "second\n");
    await succeeds(up("two"));
    expect(await output("two")).toContain("second");
    expect((await container("one")).Id).toBe(before.Id);
    expect(await output("one")).not.toContain("second");
    expect(await images("two")).toHaveLength(1);
  });

  it("leave no image behind when they are destroyed", async () => {
    await succeeds(project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "one"]));
    expect(await images("one")).toEqual([]);
    expect(await images("two")).toHaveLength(1);
  });

  it("that cannot be built change nothing, and show the end of the log", async () => {
    const before = await container("two");
    writeFileSync(
      source("Dockerfile"),
      `FROM ${await tinyImage()}\nRUN ["/bin/sh", "-c", "echo the reason; exit 3"]\n`,
    );
    const { code, stdout, stderr } = await up("two");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/the image of the service web cannot be built: .*3; its last lines:[^]*the reason/);
    expect(stdout + stderr).toContain("nothing was changed");
    expect((await container("two")).Id).toBe(before.Id);
    expect((await container("two")).State.Running).toBe(true);
  });
});
