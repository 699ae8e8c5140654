import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { berth, paste, program } from "../pure/cli/berth.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { engineAnswers, ownEngine, temporaryProject, type TemporaryProject } from "./engine.ts";

/** What is left when an update is killed, and that one command clears it; each part goes on where the one before ended. */
const prefix = uniqueName("killed");
const web = `services:
  web:
    image: berth-test-tiny:1
    command: ["sleep", "86400"]
    healthcheck: { test: ["CMD", "test", "-e", "/data/ready"], interval: 1s, retries: 600 }
    volumes: ["data:/data"]
    stop_grace_period: 1s
volumes: { data: }
`;

describe.skipIf(!engineAnswers)("after an update was killed", () => {
  let project: TemporaryProject;
  const env = ownEngine;
  const run = (...args: readonly string[]) => berth(project.root, args, { env });
  const state = (): string => join(project.root, ".state", ".pulumi");

  beforeAll(async () => {
    await tinyImage();
    project = await temporaryProject({ stacks: {}, blueprints: { web } });
    const text = `config:\n  berth:blueprint: web\n  berth:prefix: ${prefix}\n`;
    writeFileSync(join(project.root, "Pulumi.a.yaml"), text);
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  it("another one is refused while it runs, and afterwards names the command that clears what is left", async () => {
    const first = run("up", "a");
    // It waits for the container's health, which does not come: the container is there, and the state does not know it.
    const pid = await vi.waitFor(async () => {
      expect(await docker.listContainers({ filters: { name: [`${prefix}_web`] } })).toHaveLength(1);
      return lockedBy(state());
    }, patience);
    const second = await run("up", "a");
    expect(second.code, second.stdout).toBe(1);
    expect(second.stdout).toContain("✗ stack-locked  a");
    expect(second.stdout).toContain(`another operation holds its lock: berth up (`);
    expect(second.stdout).not.toContain("pulumi cancel");
    expect((await run("unlock", "a")).stderr).toContain(`an update of a is running`);
    if (lockedBy(state()) === pid) process.kill(pid, "SIGKILL");
    expect((await first).code).toBe(1);
    expect(pluginsIn(project.root)).not.toEqual([]);

    const refused = await run("up", "a", "--json");
    const { findings } = JSON.parse(refused.stdout) as {
      findings: { code: string; message: string; remedy: string }[];
    };
    expect(findings).toMatchObject([{ code: "stack-locked", remedy: "berth unlock a" }]);
    expect(findings[0]?.message).toContain(`the update that locked it was killed (`);
    const cleared = await paste(project.root, findings[0]?.remedy ?? "", { env });
    expect(cleared, cleared.stderr).toMatchObject({ code: 0 });
    expect(cleared.stdout).toContain("released the lock of ");
    expect(cleared.stdout).toContain(`removed the container ${prefix}_web, which the killed update was creating`);
    await vi.waitFor(() => expect(pluginsIn(project.root)).toEqual([]), patience);
    const ready = `docker run --rm -v ${prefix}_data:/data berth-test-tiny:1 touch /data/ready`;
    expect(await project.shell(ready)).toMatchObject({ code: 0 });
    const up = await run("up", "a");
    expect(up.code, up.stdout + up.stderr).toBe(0);
  });

  it("a signal for berth alone makes the engine cancel: it writes the state and releases the lock", async () => {
    writeFileSync(
      join(project.root, "Pulumi.b.yaml"),
      `config:\n  berth:blueprint: web\n  berth:prefix: ${prefix}_b\n`,
    );
    const child = spawn(program[0], [program[1], "up", "b"], { cwd: project.root, env: { ...process.env, ...env } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (said += piece.toString()));
    const closed = once(child, "close");
    await vi.waitFor(async () => {
      expect(await docker.listContainers({ filters: { name: [`${prefix}_b_web`] } })).toHaveLength(1);
    }, patience);
    child.kill("SIGINT");
    const ready = `docker run --rm -v ${prefix}_b_data:/data berth-test-tiny:1 touch /data/ready`;
    await vi.waitFor(() => expect(said).toMatch(/cancel/i), patience);
    expect(await project.shell(ready)).toMatchObject({ code: 0 });
    expect(await closed, said).toEqual([1, null]);
    expect((await run("unlock", "b")).stdout).toContain("no update holds a lock");
  });

  it("a removal that was killed between two steps is shown, and finished by the next one", async () => {
    const shown = await run("destroy", "b", "--data", "--dry-run");
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(
      /^1 unprotect b: .*\n2 destroy b \(after 1\): .*\n3 remove-volume .*_b_data \(after 2\)/,
    );
    const script = join(import.meta.dirname, "removal.ts");
    const options = { cwd: join(import.meta.dirname, "..", ".."), env: { ...process.env, ...env } };
    const killed = spawn(process.execPath, ["--import", "tsx", script, project.root, "b", "destroy:b"], options);
    expect(await once(killed, "close")).toEqual([null, "SIGKILL"]);
    expect(await docker.listContainers({ all: true, filters: { name: [`${prefix}_b_web`] } })).toEqual([]);
    await docker.getVolume(`${prefix}_b_data`).inspect();
    const left = await run("destroy", "b", "--data", "--dry-run", "--json");
    expect(JSON.parse(left.stdout)).toMatchObject({
      dryRun: true,
      done: [{ id: "unprotect:b" }, { id: "destroy:b" }],
      steps: [{ id: `remove-volume:${prefix}_b_data` }, { id: "remove-stack:b" }],
    });
    const destroyed = await run("destroy", "b", "--yes", "--data");
    expect(destroyed.code, destroyed.stdout).toBe(0);
    expect(destroyed.stdout).toMatch(/released the lock of berth destroy \(.*, at destroy:b\), which was cut off/);
    expect(destroyed.stdout).toContain("done before: unprotect:b, destroy:b");
    expect(destroyed.stdout).toContain(`removed the volume ${prefix}_b_data`);
    await expect(docker.getVolume(`${prefix}_b_data`).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("a state that was cut off is named with its newest whole copy, and the command restores it", async () => {
    const file = join(state(), "stacks", project.name, "a.json");
    const whole = readFileSync(file, "utf8");
    for (const [text, word] of [
      [whole.slice(0, 500), "cut off"],
      ["", "empty"],
    ] as const) {
      writeFileSync(file, text);
      const { code, stderr } = await run("up", "a");
      expect(code).toBe(3);
      expect(stderr).toContain(`the engine's state of a is ${word}: .state/.pulumi/stacks/${project.name}/a.json`);
      const [copy = "false"] = /^ *cp .*$/m.exec(stderr) ?? [];
      expect(await project.shell(copy)).toMatchObject({ code: 0 });
    }
    const up = await run("up", "a");
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect((await run("unlock", "a")).stdout).toContain("no update holds a lock");
  });
});

const patience = { timeout: 180_000, interval: 100 };

/** The engine that holds the only lock of a backend. */
function lockedBy(state: string): number {
  const [file = ""] = readdirSync(join(state, "locks"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  return (JSON.parse(readFileSync(join(state, "locks", file), "utf8")) as { pid: number }).pid;
}

/** Numbers of the engine's plugins that run in a folder and whose parent ended. */
const pluginsIn = (root: string): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      const isPlugin = /pulumi-(?:resource|language)/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      const isOrphan = /^PPid:\s*1$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
      return isPlugin && isOrphan && readlinkSync(`/proc/${pid}/cwd`).startsWith(root);
    } catch {
      return false;
    }
  });
