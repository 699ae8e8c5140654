import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

it("the reference says what the code says", () => {
  const { stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "scripts/docs.ts", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([stderr, status]).toEqual(["", 0]);
});
