import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getSystemErrorMap } from "node:util";
import type { ExportFile } from "../export/export-file.ts";
import { NotReached } from "./not-reached.ts";

/**
 * Writes files into a folder. Each beside its place first, then into it: a full disk leaves no half file, and a secret is
 * at no time in a file that others can read.
 * @returns their absolute paths
 * @throws NotReached where one cannot be written.
 */
export function writeFiles(
  folder: string,
  files: readonly (Omit<ExportFile, "mode"> & { readonly mode: number })[],
): string[] {
  return files.map(({ path, text, mode }) => {
    const target = join(folder, path);
    const beside = `${target}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(target), { recursive: true, ...(dirname(path) === "." ? {} : { mode: 0o700 }) });
      if (dirname(path) !== ".") chmodSync(dirname(target), 0o700); // it may have been there
      writeFileSync(beside, text, { mode });
      chmodSync(beside, mode); // whatever the umask: a container's user reads the files of its secrets
      renameSync(beside, target);
    } catch (error) {
      discard(beside);
      throw notWritten(target, error);
    }
    return target;
  });
}

/**
 * Writes a file that is not there yet: in full, or not at all.
 * @returns false where there is one already, which stays as it is.
 * @throws NotReached where it cannot be written.
 */
export function writeNewFile(path: string, text: string, mode = 0o644): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode, flag: "wx" });
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && syscall === "open") return false;
    discard(path);
    throw notWritten(path, error);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It could not even be made.
  }
}

/** In the system's own words: `cannot write /srv/berth/Pulumi.b.yaml: no space left on device`. */
export function notWritten(path: string, error: unknown): NotReached {
  const { errno, message } = error as NodeJS.ErrnoException;
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return new NotReached(`cannot write ${path}: ${words ?? message}`);
}
