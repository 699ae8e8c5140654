import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginJournal, cutOff } from "../../../src/operations/journal.ts";
import { thisProcess } from "../../../src/operations/process-id.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-journal-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const begin = () =>
  beginJournal(root, { operation: "destroy", options: ["data"], stack: "a", prefix: "a" }, [], undefined);
/** As if another process had written the newest journal. */
function writtenBy(process: object): void {
  const folder = join(root, ".berth/journal/a");
  const [name = ""] = readdirSync(folder).sort().reverse();
  const [first = "", ...rest] = readFileSync(join(folder, name), "utf8").split("\n");
  const planned = JSON.stringify({ ...(JSON.parse(first) as object), process });
  writeFileSync(join(folder, name), [planned, ...rest].join("\n"));
}
const ended = () => ({ ...thisProcess(), pid: spawnSync(process.execPath, ["--version"]).pid });

describe("an operation that did not live to end", () => {
  it("is named with its step and its options", () => {
    begin().started("remove-volume:a_data");
    writtenBy(ended());
    expect(cutOff(root, "a")).toMatchObject({ operation: "destroy", options: ["data"], step: "remove-volume:a_data" });
  });

  it("is one also between two steps, and before the first", () => {
    const journal = begin();
    writtenBy(ended());
    expect(cutOff(root, "a")).toMatchObject({ operation: "destroy" });
    journal.started("destroy:a");
    journal.done("destroy:a");
    expect(cutOff(root, "a")).toMatchObject({ step: "destroy:a" });
    journal.finished();
    expect(cutOff(root, "a")).toBeUndefined();
  });

  it("is none while it runs, nor where a step of it failed", () => {
    const journal = begin();
    expect(cutOff(root, "a")).toBeUndefined();
    journal.started("destroy:a");
    expect(cutOff(root, "a")).toBeUndefined();
    journal.failed("destroy:a", ["no answer"]);
    writtenBy(ended());
    expect(cutOff(root, "a")).toBeUndefined();
  });
});
