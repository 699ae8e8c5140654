import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bash, root as repository, script } from "../pure/architecture/workflow-files.ts";
import { dockerAnswers } from "../host/docker.ts";
import { engineAnswers } from "./engine.ts";

/** The steps of .github/workflows/preview.yml, run as they stand there, in a clone without production's passphrase. */
describe.skipIf(!engineAnswers || !dockerAnswers)("the preview of a pull request", () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-preview-"));
  const clone = join(folder, "clone");
  const git = (...args: string[]): string => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...who, ...args], { cwd: clone, encoding: "utf8" }).trim();
  };
  const stack = (name: string, port: number, more = ""): void =>
    writeFileSync(
      join(clone, `Pulumi.${name}.yaml`),
      `config:\n  berth:prefix: ${name}\n  berth:endpoint: ssh://deploy@far.example\n  berth:ports: { app: ${port} }\n${more}`,
    );
  const commit = (): string => {
    git("add", "-A");
    git("commit", "-q", "-m", "change");
    return git("rev-parse", "HEAD");
  };
  const cipher = "v1:hkLdD1Otge5KNcN2:LtNWsvgp8bvO0FTVfKqBMQDpSD+eWk6Pdw==";
  const secret = `  berth:secrets:
    EMAIL_PASSWORD:
      secure: ${cipher}
encryptionsalt: v1:cLYEjviXY3A=:v1:utgBqaUL9nrZEndV:/iL9WqVJJ+05k+UgakWkCDUJvQVmKA==
`;

  beforeAll(() => {
    mkdirSync(clone);
    for (const part of ["src", "scripts", "blueprints", "Pulumi.yaml", "package.json", "tsconfig.json"])
      cpSync(join(repository, part), join(clone, part), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(clone, "node_modules"));
    writeFileSync(join(clone, ".gitignore"), "node_modules\ndist\n");
    stack("calm", 23701);
    stack("vault", 23702);
    git("init", "-q", "-b", "main");
    commit();
    execFileSync("npm", ["run", "build"], { cwd: clone, stdio: "ignore" }); // as `npm ci` does
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let runs = 0;
  function steps(base: string, head: string) {
    const temporary = join(folder, `run-${(runs += 1)}`);
    mkdirSync(temporary);
    const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...inherited } = process.env;
    const env = {
      ...inherited,
      BASE: base,
      HEAD: head,
      RUNNER_TEMP: temporary,
      GITHUB_STEP_SUMMARY: join(temporary, "summary"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const step = (name: string) =>
      spawnSync("bash", [...bash, script("preview.yml", "preview", name)], { cwd: clone, env, encoding: "utf8" });
    const check = step("Hold all stacks against each other").status;
    const previews = step("Preview the stacks that are touched").status;
    const report = step("Write the report");
    expect(report.stderr + String(report.status)).toMatch(/0$/);
    return { check, previews, comment: readFileSync(join(temporary, "summary"), "utf8"), temporary };
  }

  it("shows a stack whose secrets only production can read, and nothing of a stack that is not touched", () => {
    const base = git("rev-parse", "HEAD");
    git("checkout", "-q", "-b", "secret");
    stack("vault", 23702, secret);
    const { comment, temporary, ...codes } = steps(base, commit());
    expect(codes).toEqual({ check: 0, previews: 0 });
    expect(comment).toContain("### berth: no conflict among 2 deployments");
    expect(comment).toContain("<summary><code>vault</code>: 12 to create</summary>");
    expect(comment).not.toContain("<code>calm</code>");
    const copy = readFileSync(join(temporary, "copies", "vault", "Pulumi.vault.yaml"), "utf8");
    expect(copy).toMatch(/EMAIL_PASSWORD:\s+secure: v1:/);
    expect(copy).not.toContain(cipher);
    expect(git("status", "--porcelain")).toBe("");
  });

  it("fails where two stacks clash on one far host, and still shows each", () => {
    const base = git("rev-parse", "HEAD");
    git("checkout", "-q", "-b", "clash");
    stack("vault", 23701, secret);
    const { check, previews, comment } = steps(base, commit());
    expect([check, previews]).toEqual([1, 0]);
    expect(comment).toContain("✗ port-in-use  0.0.0.0:23701/tcp");
    expect(comment).toContain("<code>vault</code>: 12 to create");
  });

  it("fails where a stack cannot be previewed, and goes on with the next", () => {
    const base = git("rev-parse", "HEAD");
    git("checkout", "-q", "-b", "mistake");
    writeFileSync(
      join(clone, "blueprints", "equipemed.yaml"),
      `${readFileSync(join(clone, "blueprints", "equipemed.yaml"), "utf8")}\n# touched\n`,
    );
    stack("calm", 99999);
    const { check, previews, comment } = steps(base, commit());
    expect([check, previews]).toEqual([2, 1]);
    expect(comment).toContain("<code>calm</code>: failed");
    expect(comment).toContain("found 99999");
    expect(comment).toContain("<code>vault</code>: 12 to create");
  });

  it("has nothing to preview where no stack is touched", () => {
    git("checkout", "-q", "-b", "words", "secret");
    const base = git("rev-parse", "HEAD");
    writeFileSync(join(clone, "README.md"), "words\n");
    const { check, previews, comment, temporary } = steps(base, commit());
    expect([check, previews]).toEqual([0, 0]);
    expect(comment.trim().split("\n")[0]).toBe("### berth: no conflict among 2 deployments");
    expect(existsSync(join(temporary, "copies"))).toBe(false);
  });
});
