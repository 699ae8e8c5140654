import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleImage } from "../../scripts/images/sample-image.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

const repository = join(import.meta.dirname, "..", "..");

/**
 * What the quick start leaves alone: images of a person whose names are those of a real installation or nearly the
 * sample's.
 */
describe.skipIf(!engineAnswers)("the quick start", () => {
  const prefix = uniqueName("quick");
  const own = ["eqmd:latest", `berth-sample/eqmd:${prefix}`, `berth-sample-base:${prefix}`];
  const given: string[] = [];
  let project: TemporaryProject;

  beforeAll(async () => {
    const tiny = docker.getImage(await tinyImage());
    for (const name of own) {
      if ((await idOf(name)) !== undefined) continue;
      const [repo = "", tag = ""] = name.split(":");
      await tiny.tag({ repo, tag });
      given.push(name);
    }
    project = await temporaryProject({ stacks: {} });
    for (const part of ["scripts", "examples/equipemed"])
      cpSync(join(repository, part), join(project.root, part), { recursive: true });
    const text = readFileSync(join(repository, "Pulumi.hospital-a.yaml"), "utf8")
      .replace("hospital_a", prefix)
      .replace("8778", String(await freePort()))
      .replace("HOSPITAL_NAME:", `STATIC_ROOT: ${project.root}/www\n    HOSPITAL_NAME:`);
    writeFileSync(join(project.root, "Pulumi.hospital-a.yaml"), text);
  });
  afterAll(async () => {
    for (const name of given) await docker.getImage(name).remove();
    await project?.destroy();
    await cleanUp();
  });

  it("brings a sample up and removes it, and never uses, overwrites or removes an image of another name", async () => {
    const before = await Promise.all(own.map(idOf));
    const up = await project.shell("npx tsx scripts/quickstart.ts");
    expect(up.code, up.stdout + up.stderr).toBe(0);
    const { Config } = await docker.getContainer(`${prefix}_app`).inspect();
    expect(Config.Image).toBe(await idOf(sampleImage));
    expect(await Promise.all(own.map(idOf))).toEqual(before);

    const user = await docker.createContainer({ name: uniqueName("other"), Image: Config.Image });
    const kept = await project.shell("npx tsx scripts/quickstart.ts --down");
    const { Name } = await user.inspect();
    expect(kept.stdout).toContain(`kept the image ${sampleImage}: ${Name.slice(1)} use it`);
    expect(await idOf(sampleImage)).toBe(Config.Image);
    await user.remove();
    const down = await project.shell("npx tsx scripts/quickstart.ts --down");
    expect(down.code, down.stdout + down.stderr).toBe(0);
    expect(await docker.listContainers({ all: true, filters: { name: [prefix] } })).toEqual([]);
    expect(await idOf(sampleImage)).toBeUndefined();
    expect(await Promise.all(own.map(idOf))).toEqual(before);
  });
});

const idOf = (name: string): Promise<string | undefined> =>
  docker
    .getImage(name)
    .inspect()
    .then(
      ({ Id }) => Id,
      (error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
        return undefined;
      },
    );
