import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth, equipemed, paste, projectWith, run } from "./berth.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
const folder = tmpdir();

describe("berth", () => {
  it("tells its commands with --help, and its version", async () => {
    const { code, stdout, stderr } = await berth(folder, ["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of ["new", "check", "preview", "up", "refresh", "destroy", "list", "ports", "export"])
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    expect(stdout).toContain("Exit codes: 0");
    expect(await berth(folder, ["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("tells the options of a command, without defaults that say nothing", async () => {
    const { code, stdout } = await berth(folder, ["help", "new"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: berth new \[options\] \[stack\]/);
    expect(stdout).not.toContain("{}");
    expect(await berth(folder, ["new", "--help"])).toEqual({ code: 0, stdout, stderr: "" });
    expect((await berth(folder, ["help", "export"])).stdout).toMatch(/^ {2}compose\b/m);
  });

  it.each([
    ["no command", [], "Usage: berth"],
    ["a command that is nearly one", ["chek"], "(Did you mean check?)"],
    ["an option that is nearly one", ["check", "--ofline"], "(Did you mean --offline?)"],
    ["an export that is nearly one", ["export", "compse"], "(Did you mean compose?)"],
    ["an argument too many", ["list", "all"], "too many arguments"],
    ["an option without its value", ["check", "--stack"], "argument missing"],
    ["no stack", ["up"], "name a stack, for example berth … -s a (there are: a)"],
    ["a stack that is nearly one", ["export", "env", "aa"], "there is no Pulumi.aa.yaml; did you mean a?"],
    ["a stack that is none", ["up", "hospital-z"], "there is no Pulumi.hospital-z.yaml; make it: berth new hospital-z"],
    ["a destroy that nobody can confirm", ["destroy", "a"], "There is no terminal to confirm it on: add --yes"],
  ])("ends with 2 for %s, and says what would be right", async (_, args, words) => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const { code, stdout, stderr } = await berth(root, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
  });

  it("ends without a word when nobody reads on", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const { stderr } = await paste(root, "berth check --json --offline | true");
    expect(stderr).toBe("");
  });
});

describe("where neither Pulumi's SDK nor dockerode is installed", () => {
  const withheld = /^(@pulumi|dockerode|docker-modem|ssh2|protobufjs|@grpc)$/;
  let installed: string;

  /** The bundle, and every package but those. */
  beforeAll(() => {
    installed = mkdtempSync(join(tmpdir(), "berth-test-without-"));
    for (const part of ["dist", "package.json"])
      cpSync(join(repository, part), join(installed, part), { recursive: true });
    mkdirSync(join(installed, "node_modules"));
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (!withheld.test(name) && !name.startsWith("."))
        symlinkSync(join(repository, "node_modules", name), join(installed, "node_modules", name));
    }
  });
  afterAll(() => rmSync(installed, { recursive: true }));

  const there = (args: readonly string[]) => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({ domain: "a.example" }) });
    return run(process.execPath, [join(installed, "dist/cli.cjs"), "-C", root, ...args], installed);
  };

  it.each([
    [["--help"]],
    [["check", "--offline"]],
    [["list"]],
    [["ports", "--offline"]],
    [["new", "b", "--offline"]],
    [["export", "nginx", "a"]],
  ])("berth %j does all that it does", async (args) => {
    expect(await there(args)).toMatchObject({ code: 0 });
  });

  it("berth up does not: this test can tell", async () => {
    const { code, stderr } = await there(["refresh", "a"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("Cannot find module '@pulumi/pulumi");
  });
});
