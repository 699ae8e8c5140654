import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";

const repository = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "berth-test-bundled-"));
const source = join(folder, "src", "index.ts");
const part = join(folder, "src", "part.ts");

/** Which program the engine would run, by its outputs. */
const outputs = (): unknown => {
  const script = `import("./src/bundled.mjs").then((program) => console.log(JSON.stringify(program)))`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" }));
};
const touch = (path: string, second: number): void => utimesSync(path, second, second);

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const each of ["src", "dist"]) mkdirSync(join(folder, each), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  copyFileSync(join(repository, "src", "bundled.mjs"), join(folder, "src", "bundled.mjs"));
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
  writeFileSync(part, `export const from: string = "the sources";`);
  writeFileSync(source, `export * from "./part.ts";`);
  writeFileSync(join(folder, "dist", "program.js"), `export const from = "the bundle";`);
  writeFileSync(join(folder, "dist", "program.json"), `["src/index.ts", "src/part.ts"]`);
  for (const each of [source, part]) touch(each, 1_000_000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the engine runs the bundle while no source is newer", () => {
  expect(outputs()).toEqual({ default: { from: "the bundle" } });
});

it.each<[string, () => void]>([
  ["a source is newer", () => touch(part, Date.now() / 1000 + 60)],
  ["a source is gone", () => writeFileSync(join(folder, "dist", "program.json"), `["src/index.ts", "src/gone.ts"]`)],
  ["there is no bundle", () => rmSync(join(folder, "dist"), { recursive: true })],
])("the engine runs the sources as written where %s", (_, change) => {
  change();
  expect(outputs()).toEqual({ default: { from: "the sources" } });
});
