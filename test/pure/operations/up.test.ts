import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DeployResult } from "../../../src/operations/deploy.ts";
import { cutOff } from "../../../src/operations/journal.ts";
import { bringUp } from "../../../src/operations/up/up.ts";
import { memoryLocks } from "./memory-locks.ts";
import { silentHost } from "./remove/world.ts";
import { deployed } from "./running-world.ts";

let root: string;
const stores = memoryLocks();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-up-"));
  stores.held.clear();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const result = (ok: boolean): DeployResult => ({
  stack: "a",
  operation: "up",
  ok,
  changes: { create: 2 },
  problems: ok ? [] : ["no such image"],
});
const up = (work: () => Promise<DeployResult>, host = silentHost()) =>
  bringUp({ up: work }, host, { root, deployment: deployed("a"), stores });
const journal = (): string[] => {
  const folder = join(root, ".berth/journal/a");
  const [newest = ""] = readdirSync(folder).sort().reverse();
  const lines = readFileSync(join(folder, newest), "utf8").trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
};

it.each([
  ["that ends well", true, ["planned", "started", "done", "finished"]],
  ["that fails", false, ["planned", "started", "failed"]],
])("an up %s is in the journal, and its result is the engine's", async (_, ok, kinds) => {
  expect(await up(() => Promise.resolve(result(ok)))).toEqual(result(ok));
  expect(journal()).toEqual(kinds);
  expect(stores.held.size).toBe(0);
  expect(cutOff(root, "a")).toBeUndefined();
});

it("an up is refused while another operation holds the deployment, with a finding", async () => {
  const second: DeployResult[] = [];
  await up(async () => {
    second.push(await up(() => Promise.reject(new Error("the engine was started"))));
    return result(true);
  });
  expect(second).toMatchObject([{ ok: false, findings: [{ code: "stack-locked", key: "a" }] }]);
});
