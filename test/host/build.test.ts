import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packBuildContext } from "../../src/disk/build-context.ts";
import { type Builder, buildImage, type BuildEnd, type ImageBuild } from "../../src/docker/build.ts";
import { docker, dockerAnswers, tinyImage, uniqueName } from "./docker.ts";

const name = uniqueName("berth_build");
const folder = mkdtempSync(join(tmpdir(), "berth-build-"));

describe.skipIf(!dockerAnswers)("a build on a real Docker", () => {
  let from = "";
  beforeAll(async () => {
    from = `FROM ${await tinyImage()}`;
    mkdirSync(join(folder, "files"));
    writeFileSync(join(folder, "files", "a.txt"), "a");
    writeFileSync(join(folder, "files", "left-out.txt"), "b");
    writeFileSync(join(folder, ".dockerignore"), "files/left-out.txt");
    symlinkSync("a.txt", join(folder, "files", "link"));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    for (const tag of ["buildkit", "classic"])
      await docker
        .getImage(`${name}:${tag}`)
        .remove({ force: true })
        .catch(() => undefined);
  });

  const build = async (
    builder: Builder,
    dockerfile: string,
    wish: Partial<ImageBuild> = {},
  ): Promise<{ end: BuildEnd; lines: string[] }> => {
    // A step of an earlier run is in the cache, and prints nothing.
    const inline = dockerfile.replace(/^FROM .*$/m, `$&\nENV BERTH_TEST=${name}`);
    const { archive: context, dockerfile: sent } = packBuildContext({ folder, dockerfile: "none", inline });
    const lines: string[] = [];
    const end = await buildImage(
      docker,
      { tag: `${name}:${builder}`, context, dockerfile: sent, args: {}, labels: {}, secrets: {}, ...wish },
      { builder, login: () => undefined, logins: {}, line: (text) => void lines.push(text) },
    );
    return { end, lines };
  };

  describe.each<Builder>(["buildkit", "classic"])("by %s", (builder) => {
    it("has the files, arguments and labels that it was given, and what its steps print", async () => {
      const steps = `${from}\nARG V\nCOPY files /files\nRUN ["/bin/sh", "-c", "ls /files; cat /files/link; echo v=$V"]`;
      const { end, lines } = await build(builder, steps, { args: { V: "7" }, labels: { part: "app" } });
      expect(end).toEqual({ ok: true });
      expect(lines).toEqual(expect.arrayContaining(["a.txt", "link", expect.stringMatching(/v=7$/)]));
      expect(lines).not.toContain("left-out.txt");
      const image = await docker.getImage(`${name}:${builder}`).inspect();
      expect(image.Config.Labels).toMatchObject({ part: "app" });
    });

    it("ends at its target", async () => {
      const { end } = await build(builder, `${from} AS first\n${from} AS second\nRUN ["/bin/sh", "-c", "exit 1"]`, {
        target: "first",
      });
      expect(end).toEqual({ ok: true });
    });

    it("that fails says why, with the end of its log", async () => {
      const many = "i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i; done; exit 3";
      const { end } = await build(builder, `${from}\nRUN ["/bin/sh", "-c", "${many}"]`);
      if (end.ok) throw new Error("it did not fail");
      expect(end.message).toMatch(/3$/);
      expect(end.log).toContain("line 40");
      expect(end.log).not.toContain("line 1");
      expect(end.log.length).toBeLessThanOrEqual(20);
    });

    it("that is none is refused in Docker's words", async () => {
      const { end } = await build(builder, "FRON scratch").catch((error: Error) => ({
        end: { ok: false as const, message: error.message },
      }));
      expect(end).toMatchObject({ ok: false, message: expect.stringMatching(/unknown instruction: FRON/i) as string });
    });
  });

  it("by BuildKit mounts secrets, which no layer has", async () => {
    const steps = `${from}\nRUN --mount=type=secret,id=token ["/bin/sh", "-c", "wc -c < /run/secrets/token"]`;
    const { end, lines } = await build("buildkit", steps, { secrets: { token: "correct horse" } });
    expect(end).toEqual({ ok: true });
    expect(lines).toContain("13");
    const history = JSON.stringify(await docker.getImage(`${name}:buildkit`).history());
    expect(history).not.toContain("correct horse");
  });

  it("by BuildKit fails where a secret is asked for that nobody gave", async () => {
    const steps = `${from}\nRUN --mount=type=secret,id=token,required=true ["/bin/sh", "-c", "true"]`;
    const { end } = await build("buildkit", steps);
    expect(end).toMatchObject({ ok: false, message: expect.stringContaining("token") as string });
  });
});
