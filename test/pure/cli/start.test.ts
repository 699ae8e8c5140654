import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeFile, compiled } from "../../../src/cli/compiled.ts";
import { berth, bundle } from "./berth.ts";

const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
const command = join(bundle, "command.cjs");
const answers = async (): Promise<void> => {
  expect(await berth(bundle, ["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
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
