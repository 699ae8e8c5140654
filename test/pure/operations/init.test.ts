import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkoutOf } from "../../../src/operations/init/checkout.ts";
import { type Initialized, initialize } from "../../../src/operations/init/init.ts";
import { checkoutStack } from "../../../src/notation/checkout-name.ts";
import { listStacks } from "../../../src/config/stack-file.ts";
import { openProject } from "../../../src/project/project.ts";

const installation = { root: resolve(import.meta.dirname, "../../.."), name: "berth-stacks", version: "1.2.3" };

describe("a new project", () => {
  let root = "";
  let folder = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-init-"));
    folder = join(root, "My Shop");
    mkdirSync(folder);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const pulumiFile = (into = "deploy"): { name: string; config: Record<string, { value: unknown }> } =>
    parse(read(`${into}/Pulumi.yaml`)) as never;
  const blueprint = (into?: string): unknown => pulumiFile(into).config["berth:blueprint"]?.value;
  const made = (result: Initialized): string[] => {
    if (result.kind === "refused") throw new Error(result.message);
    return result.written.map((path) => path.slice(folder.length + 1));
  };
  const refused = (result: Initialized): string => (result.kind === "refused" ? result.message : "");
  const compose = 'services: { web: { image: "web:1" } }\n';

  it("stands beside the Compose file, which stays as it is", async () => {
    write("docker-compose.yml", compose);
    expect(made(await initialize(folder, installation, {}))).toEqual([
      "deploy/Pulumi.yaml",
      "deploy/index.mjs",
      "deploy/package.json",
      "deploy/.gitignore",
    ]);
    expect(read("docker-compose.yml")).toBe(compose);
    expect(pulumiFile().name).toBe("my-shop");
    expect(blueprint()).toBe("../docker-compose.yml");
    expect(JSON.parse(read("deploy/package.json"))).toMatchObject({ dependencies: { "berth-stacks": "^1.2.3" } });
    expect(openProject(join(folder, "deploy")).setting.project).toBe("my-shop");
    expect(listStacks(join(folder, "deploy"))).toEqual([]);
  });

  it("finds the program without an installation of its own", async () => {
    write("compose.yaml", compose);
    await initialize(folder, installation, {});
    const found = execFileSync(process.execPath, ["-p", "require.resolve('@pulumi/pulumi/cmd/run')"], {
      cwd: join(folder, "deploy"),
      encoding: "utf8",
    });
    expect(found).toContain("@pulumi/pulumi");
    expect(existsSync(join(folder, "deploy/node_modules/berth-stacks/package.json"))).toBe(true);
  });

  it("takes the file that Compose adds by itself, too", async () => {
    write("compose.yaml", compose);
    write("compose.override.yaml", compose);
    await initialize(folder, installation, {});
    expect(blueprint()).toEqual(["../compose.yaml", "../compose.override.yaml"]);
  });

  it("is made once: a second run changes nothing, whatever was changed meanwhile", async () => {
    write("compose.yaml", compose);
    await initialize(folder, installation, {});
    write("deploy/Pulumi.yaml", read("deploy/Pulumi.yaml").replace("my-shop", "other"));
    rmSync(join(folder, "deploy/index.mjs"));
    expect(made(await initialize(folder, installation, {}))).toEqual([]);
    expect(pulumiFile().name).toBe("other");
  });

  it("is not made over a folder that belongs to something else", async () => {
    write("compose.yaml", compose);
    write("deploy/package.json", "{}");
    expect(refused(await initialize(folder, installation, {}))).toMatch(/deploy\/package.json is there.*--into berth/s);
    expect(read("deploy/package.json")).toBe("{}");
    expect(existsSync(join(folder, "deploy/Pulumi.yaml"))).toBe(false);
    expect(made(await initialize(folder, installation, { into: "ops/berth" }))).toContain("ops/berth/Pulumi.yaml");
    expect(blueprint("ops/berth")).toBe("../../compose.yaml");
  });

  it("needs a Compose file or a template, and says which there are", async () => {
    expect(refused(await initialize(folder, installation, {}))).toMatch(/berth init --template dna .*healthcare/);
    expect(existsSync(join(folder, "deploy"))).toBe(false);
  });

  it("begins with a blueprint that comes with berth", async () => {
    made(await initialize(folder, installation, { template: "dna" }));
    expect(blueprint()).toBe("dna");
    expect(read("deploy/blueprints/dna.yaml")).toContain("services:");
  });

  it("begins with a folder's Compose file, or that of a Git repository", async () => {
    mkdirSync(join(root, "template"));
    writeFileSync(join(root, "template", "compose.yaml"), compose);
    made(await initialize(folder, installation, { template: "../template" }));
    expect(read("deploy/blueprints/template.yaml")).toBe(compose);
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...args], {
        cwd: join(root, "template"),
        stdio: "ignore",
      });
    git("init");
    git("add", ".");
    git("commit", "-m", "x");
    made(await initialize(folder, installation, { template: `file://${root}/template`, into: "cloned" }));
    expect(read("cloned/blueprints/template.yaml")).toBe(compose);
  });

  it.each([
    ["no-such", /there is no template no-such: name one of dna/],
    ["..", /there is no Compose file in \.\./],
  ])("does not begin with %s", async (template, message) =>
    expect(refused(await initialize(folder, installation, { template }))).toMatch(message),
  );

  it("is named after the branch in a worktree, and main in the first checkout", async () => {
    write("compose.yaml", compose);
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...args], {
        cwd: folder,
        stdio: "ignore",
      });
    expect(checkoutStack(await checkoutOf(folder))).toBe("main");
    git("init");
    git("add", ".");
    git("commit", "-m", "x");
    git("worktree", "add", "-b", "feature/login", "../wt1");
    git("worktree", "add", "--detach", "../My Shop-bisect");
    expect(checkoutStack(await checkoutOf(folder))).toBe("main");
    expect(checkoutStack(await checkoutOf(join(root, "wt1")))).toBe("feature_login");
    expect(checkoutStack(await checkoutOf(join(root, "My Shop-bisect")))).toBe("bisect");
  });
});
