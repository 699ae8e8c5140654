import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeDocker } from "../docker/fake-docker.ts";
import { berth, equipemed, projectWith } from "./berth.ts";
import { canMount, mountDisk } from "./disk.ts";

/** Without a Pulumi CLI, here or fetched before. */
const noEngine = { PATH: "/nonexistent", HOME: "/nonexistent" };
const needle = "s3cr3t-needle";
const given = `config:
  berth:blueprint: equipemed
  berth:prefix: b
  berth:domain: b.example
  berth:secrets:
    EMAIL_PASSWORD:
      secure: v1:AAAA:BBBB
encryptionsalt: v1:AAAA:v1:BBBB:CCCC
`;
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("berth export", () => {
  it("keeps what it generated where only its owner can read it, and gives the same the next time", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const first = await berth(root, ["export", "env", "a"], { env: noEngine });
    const file = join(root, ".env.a.local");
    expect(first).toEqual({ code: 0, stdout: `a: wrote ${file} (mode 0600)\n`, stderr: "" });
    expect([mode(file), mode(join(root, ".berth")), mode(join(root, ".berth/secrets/a.json"))]).toEqual([
      "600",
      "700",
      "600",
    ]);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/^SECRET_KEY='\w{50}'$/m);
    const again = await berth(root, ["export", "env", "a", "--stdout"], { env: noEngine });
    expect(again).toEqual({ code: 0, stdout: text, stderr: "" });
    expect(existsSync(join(root, ".berth/passphrase"))).toBe(false);
  });

  it("names the variable for a secret that only the engine can decrypt, and takes the secret from it", async () => {
    const root = projectWith({ "Pulumi.b.yaml": given });
    const refused = await berth(root, ["export", "compose", "b"], { env: noEngine });
    expect([refused.code, refused.stdout]).toEqual([3, ""]);
    expect(refused.stderr).toBe(
      "secrets of b that only Pulumi can decrypt: EMAIL_PASSWORD; run where pulumi is on PATH and knows the stack, or set BERTH_SECRET_EMAIL_PASSWORD\n",
    );
    expect(readdirSync(root).sort()).toEqual(["Pulumi.b.yaml", "Pulumi.yaml", "blueprints"]);
    const env = { ...noEngine, BERTH_SECRET_EMAIL_PASSWORD: needle };
    const folder = join(root, "out");
    const written = await berth(root, ["export", "compose", "b", "--json", "-o", folder], { env });
    expect(written).toMatchObject({ code: 0, stderr: "" });
    expect(written.stdout).not.toContain(needle);
    const files = JSON.parse(written.stdout) as { path: string; mode: string }[];
    expect(files.some(({ path }) => readFileSync(path, "utf8").includes(needle))).toBe(true);
    for (const { path, mode: said } of files) {
      expect(mode(path)).toBe(said);
      if (readFileSync(path, "utf8").includes(needle)) expect(said).toBe("600");
    }
  });

  it("writes what anybody may read with mode 0644, and prints it with --stdout", async () => {
    const root = projectWith({ "Pulumi.b.yaml": given });
    const { code, stdout } = await berth(root, ["export", "nginx", "b", "--json"], { env: noEngine });
    expect(code).toBe(0);
    const [file] = JSON.parse(stdout) as { path: string; mode: string }[];
    expect(file?.mode).toBe("644");
    const shown = await berth(root, ["export", "nginx", "-s", "b", "--stdout"], { env: noEngine });
    expect(shown).toEqual({ code: 0, stdout: readFileSync(file?.path ?? "", "utf8"), stderr: "" });
  });

  it("replaces a file as a whole, and with the mode that it should have", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const file = join(root, ".env.a.local");
    writeFileSync(file, "old", { mode: 0o644 });
    expect(await berth(root, ["export", "env", "a"], { env: noEngine })).toMatchObject({ code: 0 });
    expect(mode(file)).toBe("600");
  });

  it("tells the mistakes of a stack, and exports nothing", async () => {
    const root = projectWith({ "Pulumi.a.yaml": "config: { berth:prefixx: a }" });
    const { code, stdout, stderr } = await berth(root, ["export", "nginx", "a"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("config-invalid  berth:prefixx");
  });

  it.skipIf(!canMount)("says that the disk is full, and leaves what was there", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const disk = mountDisk("64k");
    try {
      mkdirSync(join(disk.path, "out"));
      const file = join(disk.path, "out", ".env.a.local");
      writeFileSync(file, "old\n");
      disk.fill();
      const { code, stderr } = await berth(root, ["export", "env", "a", "-o", join(disk.path, "out")], {
        env: noEngine,
      });
      expect([code, stderr]).toEqual([3, `berth: cannot write ${file}: no space left on device\n`]);
      expect(readFileSync(file, "utf8")).toBe("old\n");
      expect(readdirSync(join(disk.path, "out"))).toEqual([".env.a.local"]);
    } finally {
      disk.unmount();
    }
  });
});

describe("berth list and berth ports", () => {
  const files = {
    "Pulumi.a.yaml": equipemed({ ports: { app: 20_031 }, environment: "staging" }),
    "Pulumi.b.yaml": equipemed({ ports: { app: { port: 20_031, address: "127.0.0.1" } }, running: false }),
    "Pulumi.c.yaml": equipemed({ ports: { app: 20_032 }, endpoint: "tcp://c.example:2376" }),
  };

  it("list has a line for each stack that has a file, and says where each answers", async () => {
    const { code, stdout } = await berth(projectWith(files), ["list", "--offline"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`STACK  PREFIX  ENVIRONMENT  ENDPOINT              TO RUN  URL
a      a       staging      local                 yes     http://localhost:20031/
b      b       production   local                 no      http://127.0.0.1:20031/
c      c       production   tcp://c.example:2376  yes     http://c.example:20032/
`);
    expect(JSON.parse((await berth(projectWith(files), ["list", "--offline", "--json"])).stdout)).toHaveLength(3);
  });

  it("list shows the state that the host reports, also that a stack was never started or cannot be asked about", async () => {
    const fake = await fakeDocker();
    try {
      const gone = equipemed({ ports: { app: 20_032 }, endpoint: "unix:///nowhere.sock" });
      const root = projectWith({ ...files, "Pulumi.c.yaml": gone });
      const { code, stdout } = await berth(root, ["list"], { env: { DOCKER_HOST: fake.endpoint } });
      expect(code).toBe(3);
      const states = stdout.split("\n").map((line) => line.split(/ {2,}/)[4]);
      expect(states.slice(0, 4)).toEqual(["STATE", "never started", "never started", "unknown"]);
    } finally {
      await fake.close();
    }
  });

  it("list shows the stacks that can be read, and ends with 2 for one that cannot", async () => {
    const { code, stdout, stderr } = await berth(projectWith({ ...files, "Pulumi.d.yaml": "config: [" }), [
      "list",
      "--offline",
      "--json",
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(stderr).toContain("stack-unreadable  Pulumi.d.yaml");
  });

  it("ports --offline shows what the files claim, and says what was not checked", async () => {
    const root = projectWith(files);
    const { code, stdout, stderr } = await berth(root, ["ports", "--offline"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`PORT               HELD BY  SERVICE  LIVE  WHERE
0.0.0.0:20031/tcp  a        app            Pulumi.a.yaml: berth:ports.app
0.0.0.0:20032/tcp  c        app            Pulumi.c.yaml: berth:ports.app
`);
    expect(stderr.match(/^not checked: the host at /gm)).toHaveLength(2);
  });

  it("ports shows the files' part where a host does not answer, and ends with 3", async () => {
    const { code, stdout, stderr } = await berth(
      projectWith({ "Pulumi.a.yaml": files["Pulumi.a.yaml"] }),
      ["ports", "--json"],
      {
        env: { DOCKER_HOST: "unix:///nonexistent" },
      },
    );
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as { port: number }[]).map(({ port }) => port)).toEqual([20_031]);
    expect(stderr).toContain("host-unreachable  unix:///nonexistent");
  });
});
