import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { beginJournal } from "../../../src/operations/journal.ts";
import { lockDeployments, releaseOperationLock } from "../../../src/operations/lock.ts";
import { thisProcess } from "../../../src/operations/process-id.ts";
import { errorTextOf } from "../report/error-text.ts";
import { memoryLocks } from "./memory-locks.ts";

const at = (url: string, stack = "a") => ({
  id: `organization/berth/${stack}`,
  stack,
  endpoint: dockerEndpoint("x", url),
});
const here = at("unix:///var/run/docker.sock");

let root: string;
let stores: ReturnType<typeof memoryLocks>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-lock-"));
  stores = memoryLocks();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lock = (deployments = [here], released: (text: string) => void = () => {}) =>
  lockDeployments(deployments, { root, operation: "destroy", released, stores });

/** The lock of an operation that ended without releasing it. */
async function leftBehind(process: object): Promise<void> {
  await lock();
  for (const [name, text] of stores.held)
    stores.held.set(name, JSON.stringify({ ...(JSON.parse(text) as object), process }));
}
/** A process that has ended. */
const ended = () => ({ ...thisProcess(), pid: spawnSync(process.execPath, ["--version"]).pid });
/** A process that runs, under the number of one that has ended. */
const successor = () => ({ ...thisProcess(), start: "1" });
const far = () => ({ ...thisProcess(), table: "another" });

describe("the lock of an operation", () => {
  it("names owner, operation and time to whoever wants the same deployment on the same endpoint", async () => {
    const held = await lock();
    const refusal = /^a is locked by berth destroy \(\S+@\S+, pid \d+, since \d{4}-\S+Z\)\n {2}wait until it ends/;
    expect(await errorTextOf(() => lock())).toMatch(refusal);
    expect(await errorTextOf(() => releaseOperationLock(here, true, stores))).toMatch(refusal);
    await (await lock([at("ssh://ops@far")])).release();
    await held.release();
    await (await lock()).release();
    expect(stores.held.size).toBe(0);
  });

  it("names the step, where its journal is on this machine", async () => {
    await lock();
    const undertaking = { operation: "destroy", options: [], stack: "a", prefix: "a" };
    beginJournal(root, undertaking, [], undefined).started("remove-volume:a_data");
    expect(await errorTextOf(() => lock())).toContain("Z, at remove-volume:a_data)");
  });

  it("is one for all checkouts of a project", async () => {
    await lock();
    const elsewhere = lockDeployments([here], { root: "/another/clone", operation: "up", released: () => {}, stores });
    await expect(elsewhere).rejects.toThrow("a is locked by berth destroy");
  });

  it.each([
    ["that no longer runs", ended],
    ["whose number another one has", successor],
  ])("of a process of this machine %s is released", async (_, process) => {
    await leftBehind(process());
    const texts: string[] = [];
    await (await lock([here], (text) => texts.push(text))).release();
    expect(texts).toEqual([expect.stringMatching(/^released the lock of berth destroy \(.*\), which was cut off$/)]);
    expect(stores.held.size).toBe(0);
  });

  it("that was left behind is taken by one alone of many that find it at once", async () => {
    await leftBehind(ended());
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lock()));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it.each([
    ["of another machine", far],
    ["that says nothing of its process", () => "unreadable"],
  ])("%s says how to release it", async (_, process) => {
    await leftBehind(process() as object);
    const unlock = /which may run on another machine; if it does not.*\n {2}\S.* unlock a --yes$/;
    expect(await errorTextOf(() => lock())).toMatch(unlock);
    expect(await errorTextOf(() => releaseOperationLock(here, false, stores))).toMatch(unlock);
    expect(await releaseOperationLock(here, true, stores)).toBeDefined();
    await (await lock()).release();
  });

  it("is released for all deployments where one of them cannot be locked", async () => {
    const held = await lock();
    const other = at("unix:///var/run/docker.sock", "b");
    await expect(lock([other, here])).rejects.toThrow("a is locked");
    await held.release();
    await (await lock([other, here])).release();
  });
});
