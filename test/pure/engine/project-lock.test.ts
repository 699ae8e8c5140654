import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withValue } from "../../../src/config/stack-file-edit.ts";
import { editStackFile } from "../../../src/operations/edit-config.ts";
import { withProjectLock } from "../../../src/engine/project-lock.ts";

describe("the lock of a project", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-lock-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("lets changes at the same time be made one after the other: none is lost", async () => {
    const file = join(root, "Pulumi.a.yaml");
    writeFileSync(file, "config:\n  berth:prefix: a\n");
    const names = Array.from({ length: 12 }, (_, index) => `N${index}`);
    await Promise.all(
      names.map((name) => editStackFile(root, "a", (text) => withValue(text, ["settings", name], "1"))),
    );
    for (const name of names) expect(readFileSync(file, "utf8")).toContain(`${name}: 1\n`);
  });

  it("is given back when the work fails", async () => {
    await expect(withProjectLock(root, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(withProjectLock(root, () => 1)).resolves.toBe(1);
  });

  it("of a killed command is taken once nothing renews it", async () => {
    const lock = join(root, ".berth", "lock");
    mkdirSync(lock, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    await expect(withProjectLock(root, () => "taken")).resolves.toBe("taken");
  });
});
