import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ExportFile } from "../export/export-file.ts";

/**
 * Writes exported files into a folder. Each beside its place first, then into it: a full disk leaves no half file, and a
 * secret is at no time in a file that others can read.
 * @returns their absolute paths
 */
export function writeFiles(folder: string, files: readonly ExportFile[]): string[] {
  return files.map(({ path, text, mode }) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true, ...(dirname(path) === "." ? {} : { mode: 0o700 }) });
    const beside = `${target}.${process.pid}.tmp`;
    try {
      writeFileSync(beside, text, { mode });
      renameSync(beside, target);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
    return target;
  });
}
