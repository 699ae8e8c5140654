import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import type { Exported } from "../../src/disk/export-file.ts";

/** Docker Compose as it is installed: v2 as a plugin, else 1.29 as a program; undefined where there is neither. */
export const compose = [["docker", "compose"], ["docker-compose"]].find(([program = "", ...words]) => {
  try {
    execFileSync(program, [...words, "version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const run = promisify(execFile);

/** Runs Compose in a folder; its output is in the error where it fails. */
export async function runCompose(folder: string, ...words: string[]): Promise<string> {
  const [program = "", ...first] = compose ?? [];
  const { stdout } = await run(program, [...first, ...words], { cwd: folder, maxBuffer: 16 * 1024 ** 2 });
  return stdout;
}

/** Writes an export as its description says, and returns the path of its first file. */
export function write(folder: string, exported: Exported): string {
  if (!exported.ok) throw new Error(JSON.stringify(exported.findings));
  for (const { path, text, mode } of exported.value) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), text, { mode });
  }
  return exported.value[0]?.path ?? "";
}

/** A file as Compose reads it; v2 loses leading line ends where it prints YAML. */
export async function readByCompose(folder: string, file: string): Promise<unknown> {
  const words = compose?.length === 2 ? ["--format", "json"] : [];
  return parse(await runCompose(folder, "-f", file, "config", ...words));
}
