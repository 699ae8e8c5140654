import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyImage } from "../host/docker.ts";
import { engineAnswers } from "./engine.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "..", "..");

/** The example of another Pulumi program, installed as a package would be, with an image that is here. */
describe.skipIf(!engineAnswers)("a program that imports berth", () => {
  const root = mkdtempSync(join(tmpdir(), "berth-test-own-"));
  const env = {
    ...process.env,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_BACKEND_URL: undefined,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = (...args: string[]) => run("pulumi", args, { cwd: join(root, "program"), env });

  beforeAll(async () => {
    cpSync(join(repository, "examples", "own-program"), join(root, "program"), { recursive: true });
    mkdirSync(join(root, "program", "node_modules"));
    symlinkSync(repository, join(root, "program", "node_modules", "berth-stacks"));
    for (const name of ["@pulumi", "tsx"])
      symlinkSync(join(repository, "node_modules", name), join(root, "program", "node_modules", name));
    mkdirSync(join(root, "program", ".state"));
    await pulumi("stack", "init", "clinic");
    await pulumi("config", "set", "--path", "berth:images.web", await tinyImage());
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("declares the deployment and what it adds", async () => {
    const { stdout } = await pulumi("preview").catch((error: { stdout: string }) => error);
    expect(stdout).toMatch(/berth:index:Deployment clinic create/);
    expect(stdout).toMatch(/docker:index:Container clinic-web create/);
    expect(stdout).toMatch(/random:index:RandomPet nickname create/);
    expect(stdout).toContain("http://localhost:8790/");
    expect(existsSync(join(root, "program", ".state", ".pulumi", "stacks", "own-program", "clinic.json"))).toBe(true);
  });
});
