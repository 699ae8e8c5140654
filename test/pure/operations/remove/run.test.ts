import { mkdtempSync, rmSync, statSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Event } from "../../../../src/operations/host.ts";
import { remove } from "../../../../src/operations/remove/remove.ts";
import { memoryLocks } from "../memory-locks.ts";
import { container, deployment, portsOf, silentHost, type World, world } from "./world.ts";

const stores = memoryLocks();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-remove-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (state: World, { data = true, dryRun = false } = {}, host = silentHost()) =>
  remove(portsOf(state), host, { root, deployment, data, dryRun, stores });
const lines = (): Record<string, unknown>[] => {
  const folder = join(root, ".berth/journal/a");
  const [newest = ""] = readdirSync(folder).sort().reverse();
  return readFileSync(join(folder, newest), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};
const all = ["unprotect", "destroy", "remove a_data", "remove a_media", "remove the stack"];

describe("a removal that is killed", () => {
  const steps = ["unprotect:a", "destroy:a", "remove-volume:a_data", "remove-volume:a_media", "remove-stack:a"];
  const killedAt = (code: string, step: string) => {
    const host = silentHost();
    return {
      ...host,
      notify: (event: Event): void => {
        if (event.code === code && event.step === step) throw new Killed();
      },
    };
  };

  it.each(steps.flatMap((step) => ["step-started", "step-done"].map((code) => [code, step])))(
    "at %s of %s is finished by the next run, each step done once",
    async (code, step) => {
      const state = world();
      await expect(run(state, {}, killedAt(code, step))).rejects.toThrow(Killed);
      expect(await run(state)).toMatchObject({ kind: "ran", result: { ok: true } });
      expect(state).toMatchObject({ resources: undefined, volumes: new Set(), effects: all });
      expect(lines().at(-1)).toMatchObject({ kind: "finished" });
    },
  );

  it.each(all)("between the effect of `%s` and the line in the journal is finished by the next run", async (effect) => {
    const state = world();
    state.after = (name) => {
      if (name === effect) throw new Killed();
    };
    await run(state).catch(() => undefined);
    state.after = () => {};
    expect(await run(state)).toMatchObject({ kind: "ran", result: { ok: true } });
    expect(state).toMatchObject({ resources: undefined, volumes: new Set(), effects: all });
  });

  it("and brought up again meanwhile is removed as a whole", async () => {
    const state = world();
    await expect(run(state, {}, killedAt("step-started", "remove-volume:a_data"))).rejects.toThrow(Killed);
    state.resources = [container];
    await run(state);
    expect(state.effects).toEqual(["unprotect", "destroy", "destroy", ...all.slice(2)]);
  });
});

describe("a removal", () => {
  it("changes nothing on the host, in the state or in the project with --dry-run", async () => {
    const state = world();
    expect(await run(state, { dryRun: true })).toMatchObject({ kind: "shown", plan: { steps: { length: 5 } } });
    expect([state.effects, readdirSync(root)]).toEqual([[], []]);
  });

  it("asks for the deployment's name, with all that goes", async () => {
    const host = silentHost();
    await run(world(), {}, host);
    expect(host.questions).toEqual([
      "the containers a_app and the networks a_default and the volumes a_data, a_media will be removed for good, with all data",
    ]);
  });

  it("reports what failed, leaves out what needs it, and continues when that is possible", async () => {
    const state = world({ used: new Set(["a_data"]) });
    const problem = "the volume a_data could not be removed: volume is in use";
    expect(await run(state)).toMatchObject({ result: { ok: false, problems: [problem] } });
    expect([[...state.volumes], state.resources]).toEqual([["a_data"], []]);
    state.used.clear();
    const host = silentHost();
    expect(await run(state, {}, host)).toMatchObject({ result: { ok: true } });
    expect(host.events.find(({ code }) => code === "resumed")?.text).toContain(
      "done before: unprotect:a, destroy:a, remove-volume:a_media",
    );
    expect(state.effects).toEqual(["unprotect", "destroy", "remove a_media", "remove a_data", "remove the stack"]);
  });

  it("protects again what holds data where the destroy fails", async () => {
    const state = world();
    const ports = portsOf(state);
    const problems = ["the network is in use"];
    const failing = {
      ...ports,
      destroy: () => Promise.resolve({ stack: "a", operation: "destroy" as const, ok: false, changes: {}, problems }),
    };
    const removed = await remove(failing, silentHost(), { root, deployment, data: true, stores });
    expect(removed).toMatchObject({ result: { ok: false, problems } });
    expect(state.effects).toEqual(["unprotect", "protect"]);
    expect(state.resources?.filter(({ type }) => type.includes("volume")).every(({ protect }) => protect)).toBe(true);
    expect(lines().map(({ kind }) => kind)).toEqual(["planned", "started", "done", "started", "failed", "undone"]);
  });

  it("keeps its journal from other users, and no lock", async () => {
    await run(world());
    const [file = ""] = readdirSync(join(root, ".berth/journal/a"));
    expect(statSync(join(root, ".berth/journal/a", file)).mode & 0o777).toBe(0o600);
    expect(stores.held.size).toBe(0);
  });
});

class Killed extends Error {}
