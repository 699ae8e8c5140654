import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directories: string[] = [];
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })));

/** Runs vitest on files of their own, with this project's last line. */
function run(files: Record<string, string>) {
  const directory = mkdtempSync(join(tmpdir(), "berth-reporter-"));
  directories.push(directory);
  const reporter = JSON.stringify(resolve(root, "test/reporter.ts"));
  const config = `
    import LastLine from ${reporter};
    const setup = { name: "engine", globals: true, globalSetup: "setup.mjs" };
    export default { test: { reporters: ["default", new LastLine()], projects: [{ test: setup }] } };`;
  const setup = `export default (project) => project.provide("missing", process.env.MISSING);`;
  const all = { "vitest.config.mjs": config, "setup.mjs": setup, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(directory, name), text);
  const ran = (missing: string) =>
    spawnSync(process.execPath, [resolve(root, "node_modules/vitest/vitest.mjs"), "run", "--root", directory], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], MISSING: missing },
    });
  return (missing = "") => {
    const { stdout, status } = ran(missing);
    const lines = stdout.trimEnd().split("\n");
    return { end: lines.slice(-2), named: lines.filter((line) => line.startsWith("failed: ")), status };
  };
}

describe("the last line", () => {
  it("counts what passed and what failed", () => {
    const { end, named, status } = run({
      "a.test.js": `it("is", () => {}); it("is not", () => { throw new Error("no"); });`,
    })();
    expect([end.at(-1), status]).toEqual(["1 passed, 1 failed", 1]);
    expect(named).toEqual([expect.stringMatching(/^failed: .*a\.test\.js > is not$/)]);
  });

  it("counts as failures, too: a file that cannot be loaded, a failed beforeAll, an error outside of all tests", () => {
    const { end, named, status } = run({
      "a.test.js": `import "./nowhere.js";`,
      "b.test.js": `describe("b", () => { beforeAll(() => { throw new Error("no"); }); it("is", () => {}); });`,
      "c.test.js": `it("is", () => { void Promise.reject(new Error("late")); });`,
    })();
    expect([end.at(-1), status]).toEqual(["1 passed, 3 failed, 1 skipped", 1]);
    expect(named).toEqual(
      ["failed: a.test.js", "failed: b.test.js > b"].map(
        (line) => expect.stringMatching(line.replace(": ", ": .*")) as string,
      ),
    );
  });

  it("counts a set-up that failed", () => {
    const { end, status } = run({
      "a.test.js": `it("is", () => {});`,
      "setup.mjs": `export default () => { throw new Error("no"); };`,
    })();
    expect([end.at(-1), status]).toEqual(["0 passed, 1 failed", 1]);
  });

  it("follows a line that says which tests of a layer were skipped, and why", () => {
    const ran = run({ "a.test.js": `it.skip("one", () => {}); it.skip("two", () => {}); it("three", () => {});` });
    expect(ran("the Pulumi CLI is not on PATH").end).toEqual([
      "engine tests skipped: 2 – the Pulumi CLI is not on PATH",
      "1 passed, 0 failed, 2 skipped",
    ]);
    expect(ran().end.at(0)).not.toContain("engine tests skipped");
  });
});
