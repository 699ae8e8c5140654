import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, ownEngine, type Ran } from "./engine.ts";

const repository = join(import.meta.dirname, "..", "..");

/** The package as `npm pack` makes it, installed globally, in a repository that has a Compose file and nothing of berth. */
describe.skipIf(!engineAnswers)("berth, packed and installed", () => {
  const root = mkdtempSync(join(tmpdir(), "berth-installed-"));
  const name = uniqueName("shop");
  const folder = join(root, name);
  const env = { ...process.env, ...ownEngine, PATH: `${join(root, "global", "bin")}:${process.env["PATH"]}`, CI: "1" };

  const run = (file: string, args: readonly string[], cwd = folder): Promise<Ran> =>
    new Promise((resolve, reject) =>
      execFile(file, args, { cwd, env, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      }),
    );
  async function succeeds(running: Promise<Ran>): Promise<string> {
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  }
  const berth = (...args: string[]): Promise<string> => succeeds(run("berth", args));

  beforeAll(async () => {
    const image = await tinyImage();
    mkdirSync(join(folder, "public"), { recursive: true });
    writeFileSync(join(folder, "public", "index.html"), "hello\n");
    writeFileSync(join(folder, "Dockerfile"), `FROM ${image}\nCOPY public /www\n`);
    writeFileSync(
      join(folder, "compose.yaml"),
      `services:
  web:
    build: .
    container_name: shop
    command: [httpd, -f, -p, "80", -h, /www]
    ports: ["${await freePort()}:80"]
    volumes: ["data:/data"]
    init: true
    stop_grace_period: 1s
volumes: { data: }
`,
    );
    const git = (...args: string[]) => succeeds(run("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...args]));
    await git("init", "--quiet");
    await git("add", ".");
    await git("commit", "--quiet", "-m", "An application");
    // To pack is to build, and other tests use what is built here.
    const copy = join(root, "copy");
    for (const part of ["src", "scripts", "blueprints", "docs", "package.json", "tsconfig.json", "tsconfig.types.json"])
      cpSync(join(repository, part), join(copy, part), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
    const packed = await succeeds(run("npm", ["pack", "--silent", "--pack-destination", root], copy));
    const options = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    await succeeds(
      run(
        "npm",
        [
          "install",
          "--global",
          "--prefix",
          join(root, "global"),
          ...options,
          join(root, packed.trim().split("\n").at(-1) ?? ""),
        ],
        root,
      ),
    );
  });
  afterAll(async () => {
    for (const stack of ["main", "second"])
      if (existsSync(join(folder, "deploy", `Pulumi.${stack}.yaml`)))
        await run("berth", ["destroy", stack, "--data", "--confirm", `${name.replaceAll("-", "_")}_${stack}`, "--yes"]);
    await cleanUp();
    rmSync(root, { recursive: true, force: true });
  });

  it("needs no build, and has types and schemas", async () => {
    expect(await berth("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    const installed = join(root, "global", "lib", "node_modules", "berth-stacks");
    expect(readdirSync(join(installed, "docs", "reference"))).toEqual(["blueprint.schema.json", "stack.schema.json"]);
    const consumer = join(root, "consumer");
    mkdirSync(join(consumer, "node_modules"), { recursive: true });
    symlinkSync(installed, join(consumer, "node_modules", "berth-stacks"));
    const program = `import { openProject } from "berth-stacks";\nexport const root: number = openProject(".").root;\n`;
    writeFileSync(join(consumer, "a.ts"), program);
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, noEmit: true, skipLibCheck: true };
    writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["a.ts"] }));
    const { stdout } = await run(join(repository, "node_modules", ".bin", "tsc"), ["-p", "."], consumer);
    expect(stdout.trim().split("\n")).toEqual([expect.stringContaining("'string' is not assignable to type 'number'")]);
  });

  it("brings two isolated deployments up, and leaves the repository as it was", async () => {
    const wrote = await berth("init");
    expect(wrote).toContain("wrote deploy/Pulumi.main.yaml");
    expect(wrote).toContain("berth up main");
    expect(await berth("init")).toContain("everything is there already");
    await berth("up", "main");
    await berth("new", "second", "--yes", "--prefix", `${name}_second`);
    await berth("up", "second");
    const listed = JSON.parse(await berth("list", "--json")) as { url: string }[];
    const urls = listed.map(({ url }) => url);
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) expect(await (await fetch(url)).text()).toBe("hello\n");
    expect(await succeeds(run("git", ["status", "--porcelain"]))).toBe("?? deploy/\n");
    expect(await succeeds(run("git", ["check-ignore", "deploy/.state", "deploy/node_modules"]))).toContain(
      "deploy/.state",
    );
    await docker.getVolume(`${name}_main_data`).inspect();
    await docker.getVolume(`${name}_second_data`).inspect();
  });

  it("and plain pulumi goes on with what it made", async () => {
    const options = ["preview", "--expect-no-changes", "--stack", "main", "--non-interactive"];
    const passphrase = join(folder, "deploy", ".berth", "passphrase");
    await succeeds(
      run("env", [`PULUMI_CONFIG_PASSPHRASE_FILE=${passphrase}`, "pulumi", ...options], join(folder, "deploy")),
    );
  });
});
