import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorTextOf } from "../report/error-text.ts";
import { lockTrouble } from "../../../src/engine/lock-trouble.ts";
import { locksOf, rejectBrokenState, type StateFiles } from "../../../src/engine/state-files.ts";

import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";

/** What the engine writes at least. */
const state = '{"version": 3, "checkpoint": {"stack": "organization/p/a", "latest": {}}}';

describe("the files of a state", () => {
  let files: StateFiles;
  const write = (path: string, text: string | Buffer): void => {
    const file = join(files.folder, ".pulumi", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  };
  const lock = (pid: number, host = hostname()): void =>
    write(
      "locks/organization/p/a/1.json",
      JSON.stringify({ pid, username: "ops", hostname: host, timestamp: "2030-01-01T10:00:00.123456789Z" }),
    );
  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), "berth-state-"));
    files = { root, folder: join(root, ".state"), project: "p", stack: "a" };
  });
  afterEach(() => rmSync(files.root, { recursive: true, force: true }));

  it("the owner of a lock is alive, dead, or on another host", async () => {
    expect(locksOf(files)).toEqual([]);
    const engine = spawn("sleep", ["60"], { argv0: "pulumi" });
    try {
      lock(engine.pid ?? 0);
      const owner = `ops@${hostname()}, pid ${engine.pid}`;
      expect(locksOf(files)).toEqual([{ owner, since: "2030-01-01T10:00:00Z", state: "alive", pid: engine.pid }]);
      lock(process.pid);
      expect(locksOf(files), "its number was given to another program").toMatchObject([{ state: "dead" }]);
      lock(engine.pid ?? 0, "elsewhere");
      expect(locksOf(files)).toMatchObject([{ state: "unknown", owner: `ops@elsewhere, pid ${engine.pid}` }]);
    } finally {
      const ended = new Promise((resolve) => engine.once("close", resolve));
      engine.kill("SIGKILL");
      await ended;
    }
    lock(engine.pid ?? 0);
    expect(locksOf(files)).toMatchObject([{ state: "dead" }]);
  });

  it("a whole state, and none, pass", () => {
    rejectBrokenState(files);
    write("stacks/p/a.json", state);
    rejectBrokenState(files);
  });

  it.each(["{}", "null", "[]", '{"version": 3}', '{"version": 3, "checkpoint": {"stack": "a", "latest": null}}'])(
    "%s is not a state, and no copy of one",
    async (text) => {
      write("stacks/p/a.json", text);
      write("stacks/p/a.json.bak", text);
      write("history/p/a/a-1.checkpoint.json", state);
      expect(await errorTextOf(() => rejectBrokenState(files))).toMatch(
        /a is not a state: .*\n.*\n {2}cp \S+\/a-1\.checkpoint\.json \S+\/a\.json$/,
      );
    },
  );

  it.each(["", "garbage", "null", '{"pid": 1}'])("a lock of %s is one that nobody can read, and named", (text) => {
    write("locks/organization/p/a/1.json", text);
    const file = ".state/.pulumi/locks/organization/p/a/1.json";
    expect(locksOf(files)).toMatchObject([{ state: "unreadable", owner: file }]);
    const deployment = deploymentFrom(stackWith("berth:prefix: a"), { stack: "a" });
    const [finding] = lockTrouble(deployment, ["error: unexpected end of JSON input"], files);
    expect(finding).toMatchObject({
      code: "stack-locked",
      message: `the lock of its state cannot be read: ${file}`,
      remedy: { kind: "berth", argv: ["unlock", "a", "--yes"] },
    });
    expect(lockTrouble(deployment, [], files)).toEqual([]);
  });

  it("a compressed state is read as such, and restored from a copy of either form", async () => {
    const file = "stacks/p/a.json.gz";
    const whole = gzipSync(state);
    write(file, whole);
    rejectBrokenState(files);
    write(file, whole.subarray(0, 12));
    write("history/p/a/a-1.checkpoint.json", state);
    const gz = `.state/.pulumi/${file}`;
    const copy = ".state/.pulumi/history/p/a/a-1.checkpoint.json";
    const text = await errorTextOf(() => rejectBrokenState(files));
    expect(text).toContain(`a is cut off: ${gz}\n`);
    const command = text.split("\n").at(-1) ?? "";
    expect(command).toContain(copy);
    execFileSync("sh", ["-c", command], { cwd: files.root });
    rejectBrokenState(files);
    write(file, "");
    write(`${file}.bak`, whole);
    expect(await errorTextOf(() => rejectBrokenState(files))).toContain(`\n  cp ${gz}.bak ${gz}`);
  });

  it("a broken state is named with the newest whole copy", async () => {
    write("stacks/p/a.json", '{"version": 3, "che');
    expect(() => rejectBrokenState(files)).toThrow(
      "the engine's state of a is cut off: .state/.pulumi/stacks/p/a.json; no copy of it is whole",
    );
    write("history/p/a/a-1.checkpoint.json", state);
    write("history/p/a/a-2.checkpoint.json", state);
    write("stacks/p/a.json.bak", "");
    expect(await errorTextOf(() => rejectBrokenState(files))).toContain(
      "\n  cp .state/.pulumi/history/p/a/a-2.checkpoint.json .state/.pulumi/stacks/p/a.json",
    );
    write("stacks/p/a.json.bak", state);
    write("stacks/p/a.json", "");
    expect(await errorTextOf(() => rejectBrokenState(files))).toMatch(
      /a is empty: .*\n.*\n {2}cp \.state\/\S+\/a\.json\.bak \.state\/\S+\/a\.json$/,
    );
  });
});
