import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bring } from "../../../src/operations/bring.ts";
import type { Host } from "../../../src/operations/host.ts";
import { startOperation } from "../../../src/operations/start/start.ts";
import { stopOperation } from "../../../src/operations/stop/stop.ts";
import { memoryLocks } from "./memory-locks.ts";
import { deployed, onPlatform, portsOf, type World } from "./running-world.ts";
import { silentHost } from "./remove/world.ts";

const stores = memoryLocks();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-bring-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const world = (): World => ({
  running: { a: true, b: false },
  all: [deployed("a"), deployed("b")],
  port: { wants: "b", stacks: ["a", "b"] },
  along: [],
  failing: new Set(),
  effects: [],
});
const ready = () => Promise.resolve();
const start = (state: World, host: Host = silentHost(), dryRun = false) =>
  bring(startOperation(deployed("b")), portsOf(state), host, {
    root,
    deployment: deployed("b"),
    dryRun,
    ready,
    stores,
  });
const killedAt = (code: string, step: string): Host => ({
  ...silentHost(),
  notify: (event) => {
    if (event.code === code && event.step === step) throw new Error("killed");
  },
});

it.each([
  ["step-started", "stop:a"],
  ["step-done", "stop:a"],
  ["step-started", "start:b"],
])("a start that is killed at %s of %s is finished by the next one, each step done once", async (code, step) => {
  const state = world();
  await expect(start(state, killedAt(code, step))).rejects.toThrow("killed");
  expect(await start(state)).toMatchObject({ kind: "done", stopped: ["a"] });
  expect(state.effects).toEqual(["stop a", "start b"]);
});

it("a start that fails names what leads back, also for what an earlier run stopped", async () => {
  const state = world();
  await expect(start(state, killedAt("step-done", "stop:a"))).rejects.toThrow("killed");
  state.failing.add("b");
  expect(await start(state)).toMatchObject({
    kind: "failed",
    what: "did not come up",
    stopped: ["a"],
    back: [{ id: "stop:b" }, { id: "start:a" }],
    standing: [
      { stack: "b", state: "stopped" },
      { stack: "a", state: "stopped" },
    ],
  });
});

it("a start that only shows its plan changes nothing", async () => {
  const state = world();
  expect(await start(state, silentHost(), true)).toMatchObject({ kind: "shown", plan: { steps: { length: 2 } } });
  expect([state.effects, readdirSync(root)]).toEqual([[], []]);
});

it("a stop that fails at a tenant leaves the platform running, and leads back with what it stopped", async () => {
  const all = [onPlatform("x"), onPlatform("y")];
  const state: World = {
    ...world(),
    running: { x: true, y: true, db: true },
    all,
    port: undefined,
    failing: new Set(["y"]),
  };
  const options = { root, deployment: deployed("db"), ready, stores };
  expect(await bring(stopOperation(deployed("db")), portsOf(state), silentHost(), options)).toMatchObject({
    kind: "failed",
    stack: "db",
    what: "was not stopped",
    stopped: ["x", "y"],
    back: [{ id: "start:y" }, { id: "start:x" }],
  });
  expect(state.effects).toEqual(["stop x with db", "stop y with db"]);
});
