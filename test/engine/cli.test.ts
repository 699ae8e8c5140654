import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth, onTerminal, paste, type RunOptions } from "../pure/cli/berth.ts";
import { canMount, mountDisk } from "../pure/cli/disk.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, ownEngine, temporaryProject, type TemporaryProject } from "./engine.ts";

/** The life of one deployment by the command alone: from a stack file, and nothing else, to nothing. */
const prefix = uniqueName("cli");
const needle = "s3cr3t-needle";

const web = `services:
  web:
    image: berth-test-tiny:1
    command:
      - sh
      - -c
      - |
        mkdir -p /data/health; echo fine > /data/health/index.html; exec httpd -f -p 8000 -h /data
    environment: { TOKEN: "\${TOKEN}", GIVEN: "\${GIVEN:-}" }
    ports: ["8000"]
    volumes: ["data:/data"]
    healthcheck: { test: ["CMD", "true"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
volumes: { data: }
x-berth:
  health: /health/
  secrets: { TOKEN: { generate: 24 } }
`;
/** Healthy to Docker, and of no use to people. */
const sick = web.replace(
  /exec httpd.*/,
  `while :; do printf 'HTTP/1.1 503 No\\r\\nContent-Length: 9\\r\\n\\r\\nmigrating' | nc -l -p 8000; done`,
);

describe.skipIf(!engineAnswers)("berth with the real engine", () => {
  let project: TemporaryProject;
  let port = 0;
  const env = ownEngine;
  const run = (args: readonly string[], options: RunOptions = {}) =>
    berth(project.root, args, { ...options, env: { ...env, ...options.env } });
  const file = (path: string): string => join(project.root, path);
  const stackFile = (name: string, on: number, blueprint = "web"): void =>
    writeFileSync(
      file(`Pulumi.${name}.yaml`),
      `config:\n  berth:blueprint: ${blueprint}\n  berth:prefix: ${prefix}_${name}\n  berth:ports: { web: ${on} }\n`,
    );
  const volumes = async (): Promise<string[]> => {
    const { Volumes: all } = await docker.listVolumes({ filters: { name: [prefix] } });
    return (all ?? []).map(({ Name }) => Name).sort();
  };
  const containers = async (): Promise<string[]> => {
    const all = await docker.listContainers({ all: true, filters: { name: [prefix] } });
    return all.map(({ Names }) => Names[0]?.slice(1) ?? "");
  };
  /** Every line that is not empty says whose it is. */
  const expectPrefixed = (text: string): void => {
    for (const line of text.trimEnd().split("\n")) expect(line).toMatch(new RegExp(`^${prefix}_a:( |$)`));
  };

  beforeAll(async () => {
    await tinyImage();
    project = await temporaryProject({ stacks: {}, blueprints: { web, sick } });
    rmSync(file(".state"), { recursive: true });
    port = await freePort();
    stackFile("a", port);
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  it("preview makes what is missing – the state's directory, a passphrase, the stack – and says so once", async () => {
    const first = await run(["preview", "a"]);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expectPrefixed(first.stdout);
    expect(first.stdout.match(/no passphrase is set: made one in \.berth\/passphrase/g)).toHaveLength(1);
    expect(statSync(file(".berth/passphrase")).mode & 0o777).toBe(0o600);
    expect(existsSync(file(".state"))).toBe(true);
    const passphrase = readFileSync(file(".berth/passphrase"), "utf8");
    const second = await run(["preview", "a", "--json", "--expect-no-changes"]);
    expect(second.code).toBe(1);
    expect(second.stderr).not.toContain("passphrase");
    expect(readFileSync(file(".berth/passphrase"), "utf8")).toBe(passphrase);
    const { problems, changes } = JSON.parse(second.stdout) as { problems: string[]; changes: { create: number } };
    expect(problems.join("\n")).toContain("no changes were expected");
    expect(changes.create).toBeGreaterThan(3);
    expect(await containers()).toEqual([]);
  });

  it("the program ends in a sentence, too, where it cannot know the Docker endpoint", async () => {
    const context = await project.pulumi(["preview", "-s", "a"], {
      env: {
        DOCKER_CONTEXT: "nowhere",
        DOCKER_HOST: "",
        PULUMI_CONFIG_PASSPHRASE: readFileSync(file(".berth/passphrase"), "utf8").trim(),
      },
    });
    expect(context.code).not.toBe(0);
    expect(context.stdout).toContain('the Docker context "nowhere", chosen by DOCKER_CONTEXT, has no endpoint');
    expect(context.stdout + context.stderr).not.toMatch(/^ +at /m);
  });

  it("up --json prints one object, tells its progress on stderr, and no secret to anybody", async () => {
    await setSecret();
    const seen = new Set<string>();
    const up = await run(["up", "a", "--json"], { said: () => commandLines().forEach((line) => seen.add(line)) });
    expect(up.code, up.stderr).toBe(0);
    expect(JSON.parse(up.stdout)).toEqual({
      stack: "a",
      operation: "up",
      ok: true,
      changes: { create: expect.any(Number) },
      problems: [],
      health: { kind: "healthy", tries: expect.any(Number) },
    });
    expectPrefixed(up.stderr);
    const { Config } = await docker.getContainer(`${prefix}_a_web`).inspect();
    const generated = Config.Env.find((entry) => entry.startsWith("TOKEN="))?.slice("TOKEN=".length) ?? "";
    expect(generated).toHaveLength(24);
    expect(Config.Env).toContain(`GIVEN=${needle}`);
    expect([...seen].some((line) => line.includes("pulumi") && line.includes("a"))).toBe(true);
    for (const secret of [needle, generated, readFileSync(file(".berth/passphrase"), "utf8").trim()])
      for (const text of [up.stdout, up.stderr, ...seen]) expect(text).not.toContain(secret);
    const exported = await run(["export", "env", "a", "--stdout"]);
    expect(exported.stdout).toContain(`GIVEN='${needle}'`);
    expect(exported.stdout).toContain(`TOKEN='${generated}'`);
  });

  it("up needs no engine while nothing differs from the last one, and starts it for whatever differs", async () => {
    const withoutEngine = { env: { PATH: "/nowhere" } };
    const up = (...more: string[]) => run(["up", "a", ...more], withoutEngine);
    const again = await up();
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^${prefix}_a: nothing to change: \\d+ resources are .*\n${prefix}_a: answers on its health page\n$`,
        ),
      ),
    ]);
    expect(JSON.parse((await up("--json")).stdout)).toMatchObject({
      ok: true,
      changes: { same: expect.any(Number) as number },
    });
    expect((await up("--full")).code).toBe(3);
    const written = readFileSync(file("Pulumi.a.yaml"), "utf8");
    writeFileSync(
      file("Pulumi.a.yaml"),
      written.replace("  berth:prefix", "  berth:services: { web: { memory: 32M } }\n  berth:prefix"),
    );
    const changed = await up();
    writeFileSync(file("Pulumi.a.yaml"), written);
    expect(changed.code, changed.stdout).toBe(3);
    const container = docker.getContainer(`${prefix}_a_web`);
    await container.update({ Memory: 64 * 1024 ** 2, MemorySwap: 128 * 1024 ** 2 });
    expect((await up()).code).toBe(3);
    await container.stop();
    expect((await up()).code).toBe(3);
    const repaired = await run(["up", "a"]);
    expect(repaired.code, repaired.stdout).toBe(0);
    expect((await up()).code).toBe(0);
  });

  it("refuses a conflict before the engine starts, with what helps", async () => {
    stackFile("b", port);
    const refused = await run(["up", "b", "--json"]);
    expect(refused.code).toBe(1);
    const report = JSON.parse(refused.stdout) as { findings: { remedy?: string }[] };
    expect(report).toMatchObject({ stack: "b", operation: "up", ok: false, changes: {} });
    expect(report.findings).toEqual([
      expect.objectContaining({
        code: "port-in-use",
        held: expect.objectContaining({ stack: "a" }),
        remedy: expect.stringMatching(/^berth config set --path berth:ports\.web \d+ -s b$/),
      }),
    ]);
    expect(refused.stderr).toBe("nothing was changed\n");
    const pasted = await paste(project.root, report.findings[0]?.remedy ?? "", { env });
    expect(pasted.code, pasted.stderr).toBe(0);
    const after = await run(["check", "-s", "b"]);
    expect(after.code, after.stdout).toBe(0);
    expect(readdirSync(file(".state/.pulumi/stacks"), { recursive: true }).join()).not.toContain("b.json");
    rmSync(file("Pulumi.b.yaml"));
  });

  it("takes a secret of a stack that the engine does not know yet, and hands it out again", async () => {
    stackFile("c", port);
    const key = "--path berth:secrets.GIVEN -s c";
    const set = await paste(project.root, `printf %s "$NEEDLE" | berth config set --secret ${key}`, {
      env: { ...env, NEEDLE: needle },
    });
    expect(set.code, set.stderr).toBe(0);
    expect(readFileSync(file("Pulumi.c.yaml"), "utf8")).toMatch(/berth:secrets:\n +GIVEN:\n +secure: v1:/);
    expect(await paste(project.root, `berth config get ${key}`, { env })).toMatchObject({
      code: 0,
      stdout: `${needle}\n`,
    });
    const text = readFileSync(file("Pulumi.c.yaml"), "utf8");
    await paste(project.root, "berth config set --path berth:ports.web 20000 -s c", { env });
    expect(readFileSync(file("Pulumi.c.yaml"), "utf8")).toBe(text.replace(/web: \d+/, "web: 20000"));
    expect(await paste(project.root, `berth config get ${key}`, { env })).toMatchObject({ stdout: `${needle}\n` });
    const stopped = await run(["stop", "c", "-y"]);
    expect([stopped.code, await containers()], stopped.stdout).toEqual([0, [`${prefix}_a_web`]]);
    expect(stopped.stdout).toContain("was never brought up by the engine: there is nothing to stop");
    await project.pulumi(["stack", "rm", "c", "--yes"]);
    expect(existsSync(file("Pulumi.c.yaml"))).toBe(false);
  });

  it("does not end before the engine when it is interrupted, and leaves no lock", async () => {
    const terminal = onTerminal(project.root, ["preview", "a"], env);
    // By then the engine listens to signals.
    await terminal.shows("pulumi:pulumi:Stack");
    terminal.type("\x03");
    expect(await terminal.ended, terminal.screen()).toBe(1);
    expect(terminal.screen()).toContain("^C received; cancelling");
    expect(terminal.screen()).toContain("error: preview canceled");
    expect(locks()).toEqual([]);
  });

  it.skipIf(!canMount)("loses nothing when the disk of the state is full, and says so", async () => {
    const disk = mountDisk("2m");
    try {
      cpSync(file(".state/.pulumi"), join(disk.path, ".pulumi"), { recursive: true });
      const state = join(disk.path, ".pulumi/stacks", project.name, "a.json");
      const before = [readFileSync(state, "utf8"), readFileSync(file("Pulumi.a.yaml"), "utf8")];
      const onDisk = { env: { PULUMI_BACKEND_URL: `file://${disk.path}` } };
      disk.fill();
      const full = await run(["up", "a", "--json"], onDisk);
      expect([1, 3]).toContain(full.code);
      const { ok, problems } = JSON.parse(full.stdout) as { ok: boolean; problems: string[] };
      expect(ok).toBe(false);
      expect(problems.join("\n")).toContain("no space left on device");
      expect(full.stderr).toContain("no space left on device");
      expect(full.stderr).not.toMatch(/^ {4}at /m);
      expect([readFileSync(state, "utf8"), readFileSync(file("Pulumi.a.yaml"), "utf8")]).toEqual(before);
      disk.clear();
      const after = await run(["preview", "a", "--expect-no-changes"], onDisk);
      expect(after.code, after.stdout).toBe(0);
    } finally {
      disk.unmount();
    }
  });

  it("tells in a sentence what is wrong with the passphrase", async () => {
    const wrong = await run(["refresh", "a", "--json"], { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" } });
    expect(wrong.code).toBeGreaterThan(0);
    expect((JSON.parse(wrong.stdout) as { problems: string[] }).problems.join("\n")).toContain("incorrect passphrase");
    const without = file(".berth/kept");
    cpSync(file(".berth/passphrase"), without);
    rmSync(file(".berth/passphrase"));
    const none = await run(["preview", "a"]);
    expect(none.code).toBe(3);
    expect(none.stderr).toContain("Pulumi.a.yaml is encrypted with a passphrase that is not here");
    expect(existsSync(file(".berth/passphrase"))).toBe(false);
    cpSync(without, file(".berth/passphrase"));
  });

  it("destroy keeps the volumes and the secrets, and the next up finds the data again", async () => {
    const token = async (): Promise<string | undefined> =>
      (await docker.getContainer(`${prefix}_a_web`).inspect()).Config.Env.find((entry) => entry.startsWith("TOKEN="));
    const before = await token();
    const written = await docker.getContainer(`${prefix}_a_web`).exec({ Cmd: ["touch", "/data/kept"] });
    await written.start({});
    const destroyed = await run(["destroy", "a", "--yes"]);
    expect(destroyed.code, destroyed.stdout).toBe(0);
    expectPrefixed(destroyed.stdout);
    expect(destroyed.stdout).not.toContain("pulumi stack rm");
    expect([await containers(), await volumes()]).toEqual([[], [`${prefix}_a_data`]]);
    const up = await run(["up", "a"]);
    expect(up.code, up.stdout).toBe(0);
    expect(up.stdout).toContain(`${prefix}_a: answers on its health page`);
    expect((await fetch(`http://localhost:${port}/kept`)).status).toBe(200);
    expect(before).toMatch(/^TOKEN=./);
    expect(await token()).toBe(before);
  });

  it("destroy --data removes all that is the deployment's own, and nothing else", async () => {
    await docker.createVolume({ Name: `${prefix}_a_other` });
    const Image = await tinyImage();
    const HostConfig = { Binds: [`${prefix}_a_data:/data`] };
    const user = await docker.createContainer({ name: `${prefix}_user`, Image, HostConfig });
    const held = await run(["destroy", "a", "--yes", "--data", "--json"]);
    expect(held.code).toBe(1);
    const { problems } = JSON.parse(held.stdout) as { problems: string[] };
    expect(problems).toEqual([expect.stringContaining(`the volume ${prefix}_a_data could not be removed: `)]);
    await user.remove();
    const gone = await run(["destroy", "a", "--yes", "--data", "--json"]);
    expect(gone.code, gone.stderr).toBe(0);
    expect(JSON.parse(gone.stdout)).toMatchObject({ ok: true, operation: "destroy" });
    expect(gone.stderr).toContain(`${prefix}_a: removed the volume ${prefix}_a_data`);
    expect([await containers(), await volumes()]).toEqual([[], [`${prefix}_a_other`]]);
    expect((await project.pulumi(["stack", "ls", "--json"])).stdout.trim()).toBe("[]");
    expect(existsSync(file("Pulumi.a.yaml"))).toBe(true);
    const again = await run(["destroy", "a", "--yes", "--json"]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("was never brought up");
  });

  it("up of what runs but does not answer ends with 1, and says what it answered", async () => {
    const other = await freePort();
    stackFile("a", other, "sick");
    const up = await run(["up", "a", "--json"]);
    expect(up.code).toBe(1);
    const { ok, health } = JSON.parse(up.stdout) as { ok: boolean; health: object };
    expect(ok).toBe(false);
    expect(health).toEqual({
      kind: "unhealthy",
      reason: `http://localhost:${other}/health/ answered 503: migrating (10 tries)`,
    });
    expect(up.stderr).toContain(`${prefix}_a: is up, but not healthy: http://localhost:${other}/health/ answered 503`);
  });

  /** The engine asks for the text on stdin, so that it stands in no command line. */
  async function setSecret(): Promise<void> {
    const line = `printf %s "$NEEDLE" | berth config set --secret --path berth:secrets.GIVEN -s a`;
    const { code, stderr } = await paste(project.root, line, { env: { ...env, NEEDLE: needle } });
    expect(code, stderr).toBe(0);
  }

  const locks = (): string[] =>
    readdirSync(file(".state/.pulumi"), { recursive: true })
      .map(String)
      .filter((path) => /^locks\/.*\.json$/.test(path));

  function commandLines(): string[] {
    return readdirSync("/proc").flatMap((pid) => {
      try {
        return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
      } catch {
        return [];
      }
    });
  }
});
