import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorTextOf } from "../report/error-text.ts";
import { withValue } from "../../../src/config/stack-file-edit.ts";
import { editStackFile } from "../../../src/operations/edit-config.ts";

/** What another program, which does not know berth's lock, does to the file meanwhile. */
describe("an edit of a stack file that something else writes at the same time", () => {
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-edit-"));
    file = join(root, "Pulumi.a.yaml");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const salted = "config:\n  berth:prefix: a\nencryptionsalt: v1:x\n";
  const edit = (text: string): string => withValue(text, ["domain"], "a.example");

  it("waits while it is empty", async () => {
    writeFileSync(file, "");
    const edited = editStackFile(root, "a", edit);
    const written = new Promise<void>((resolve) => {
      setTimeout(() => {
        writeFileSync(file, salted);
        resolve();
      }, 100);
    });
    await Promise.all([edited, written]);
    expect(readFileSync(file, "utf8")).toBe(edit(salted));
  });

  it("is refused where it stays empty", async () => {
    writeFileSync(file, "\n");
    expect(await errorTextOf(() => editStackFile(root, "a", edit, 60))).toContain(
      "\n  git checkout -- Pulumi.a.yaml\n",
    );
    expect(readFileSync(file, "utf8")).toBe("\n");
  });

  it("is done again on the new text", async () => {
    writeFileSync(file, "config:\n  berth:prefix: a\n");
    let count = 0;
    await editStackFile(root, "a", (text) => {
      count += 1;
      if (count === 1) writeFileSync(file, salted);
      return edit(text);
    });
    expect(readFileSync(file, "utf8")).toBe(edit(salted));
    expect(count).toBe(2);
  });

  it("is refused where it changes again and again, and leaves nothing behind", async () => {
    let count = 0;
    writeFileSync(file, salted);
    const change = (text: string): string => {
      count += 1;
      writeFileSync(file, `${salted}# ${count}\n`);
      return edit(text);
    };
    await expect(editStackFile(root, "a", change)).rejects.toThrow("another program keeps changing");
    expect(readFileSync(file, "utf8")).toBe(`${salted}# ${count}\n`);
    expect(readdirSync(root).sort()).toEqual([".berth", "Pulumi.a.yaml"]);
  });
});
