import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { codeFile, compiled } from "../../../src/cli/compiled.ts";
import { run } from "./berth.ts";

const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
const folder = mkdtempSync(join(tmpdir(), "berth-test-start-"));
cpSync(join(import.meta.dirname, "..", "..", "..", "dist"), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));
const command = join(folder, "command.cjs");
const answers = async (): Promise<void> => {
  const ran = await run(process.execPath, [join(folder, "cli.cjs"), "--version"], folder);
  expect(ran).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
};

/** The order counts: each takes more away. */
it("the command starts with the code that was made of it when it was bundled", async () => {
  expect(compiled(command).cachedDataRejected).toBe(false);
  await answers();
});

it("with code of another V8 it starts all the same", async () => {
  writeFileSync(codeFile(command), Buffer.alloc(1_000));
  expect(compiled(command).cachedDataRejected).toBe(true);
  await answers();
});

it("without any it starts, too", async () => {
  rmSync(codeFile(command));
  await answers();
});
