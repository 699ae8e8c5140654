import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { Project } from "../../../src/project/project.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { setRunning, stoppedAlong } from "../../../src/operations/running.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-running-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const engine = { existing: () => Promise.resolve(undefined) } as unknown as Engine;
const broken = { existing: () => Promise.reject(new Error("no backend")) } as unknown as Engine;

it.each(["running", "berth:config:running", "berth:running"])(
  "a stop changes the key as it stands: %s",
  async (key) => {
    const file = join(root, "Pulumi.m1.yaml");
    const text = `config:\n  berth:settings:\n    running: "1"\n  ${key}: "true" # since May\n`;
    writeFileSync(file, text);
    const project = { root, defaults: { project: "berth", values: {} } } as unknown as Project;
    const platform = { stack: "db", id: "d1" } as unknown as Realization;
    const deployment = { stack: "m1", running: false, database: { platform: { id: "d1" } } } as unknown as Realization;
    const wish = { line: () => undefined, along: "db" };
    await expect(setRunning(broken, project, deployment, false, wish)).rejects.toThrow("no backend");
    expect(readFileSync(file, "utf8")).toBe(text);
    await setRunning(engine, project, deployment, false, wish);
    expect(readFileSync(file, "utf8")).toBe(text.replace('"true" # since May', '"false" # stopped with db'));
    expect(stoppedAlong(project, platform, [deployment])).toEqual([deployment]);
  },
);
