import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorTextOf } from "../report/error-text.ts";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { lockDeployments, releaseOperationLock } from "../../../src/operations/lock.ts";

const at = (url: string) => ({ id: "organization/berth/a", stack: "a", endpoint: dockerEndpoint("x", url) });
const here = at("unix:///var/run/docker.sock");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-lock-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lock = (deployment = here, released: (text: string) => void = () => {}) =>
  lockDeployments(root, [deployment], "destroy", released);

/** The lock of an operation that ended without releasing it. */
async function leftBehind(holder: object): Promise<void> {
  await (await lock()).release();
  const held = await lock();
  const [file = ""] = readdirSync(join(root, ".berth/locks")).filter((name) => name.endsWith(".json"));
  const path = join(root, ".berth/locks", file);
  const text = { ...(JSON.parse(readFileSync(path, "utf8")) as object), ...holder };
  await held.release();
  mkdirSync(path.replace(/\.json$/, ""));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path.replace(/\.json$/, ""), longAgo, longAgo);
  writeFileSync(path, JSON.stringify(text));
}
/** The number of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ["--version"]).pid;

describe("the lock of an operation", () => {
  it("names owner, operation, step and time to whoever wants the same deployment on the same endpoint", async () => {
    const held = await lock();
    held.step("remove-volume:a_data");
    expect(await errorTextOf(lock)).toMatch(
      /^a is locked by berth destroy \(\S+@\S+, pid \d+, since \d{4}-\S+Z, at remove-volume:a_data\)\n {2}wait until it ends/,
    );
    expect(() => releaseOperationLock(root, here, true)).toThrow("a is locked by berth destroy");
    await (await lock(at("ssh://ops@far"))).release();
    await held.release();
    await (await lock()).release();
  });

  it("of a process of this machine that no longer runs is released, and its step is named", async () => {
    await leftBehind({ pid: ended(), step: "destroy:a" });
    const texts: string[] = [];
    await (await lock(here, (text) => texts.push(text))).release();
    expect(texts).toEqual([
      expect.stringMatching(/^released the lock of berth destroy \(.*, at destroy:a\), which was cut off$/),
    ]);
  });

  it("of another machine that nothing renews says how to release it", async () => {
    await leftBehind({ host: `not-${hostname()}` });
    const unlock = /which may run on another machine; if it does not.*\n {2}\S.* unlock a --yes$/;
    expect(await errorTextOf(lock)).toMatch(unlock);
    expect(await errorTextOf(() => releaseOperationLock(root, here, false))).toMatch(unlock);
    expect(releaseOperationLock(root, here, true)).toContain("berth destroy (");
    await (await lock()).release();
  });

  it("is released for all deployments where one of them cannot be locked", async () => {
    const held = await lock();
    const other = { ...here, id: "organization/berth/b", stack: "b" };
    await expect(lockDeployments(root, [other, here], "start", () => {})).rejects.toThrow("a is locked");
    await (await lock(other)).release();
    await held.release();
    expect(existsSync(join(root, ".berth/locks"))).toBe(true);
  });
});
