import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { missingEngine } from "../../engine/missing.ts";

const directory = mkdtempSync(join(tmpdir(), "berth-missing-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("what the engine's tests lack", () => {
  it.each([
    ["nothing", `echo '[{"name":"docker"},{"name":"random"},{"name":"postgresql"}]'`, ""],
    [
      "a plugin",
      `echo '[{"name":"docker"},{"name":"random"}]'`,
      "Pulumi's plugin postgresql missing: pulumi plugin install resource postgresql",
    ],
    [
      "two",
      `echo '[{"name":"postgresql"}]'`,
      "Pulumi's plugins docker and random missing: pulumi plugin install resource docker && pulumi plugin install resource random",
    ],
    ["an answer", "echo 'error: no home' >&2; exit 1", "pulumi plugin ls failed: error: no home"],
  ])("%s", (_, script, text) => {
    writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    expect(missingEngine({ PATH: directory })).toBe(text);
  });

  it("the CLI", () => expect(missingEngine({ PATH: "/nonexistent" })).toBe("the Pulumi CLI is not on PATH"));
});
