import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { getSystemErrorMap } from "node:util";
import type { ExportFile } from "./export-file.ts";
import { NotReached } from "../findings/stopped.ts";

/**
 * Writes files into a folder. Each beside its place first, then into it: a full disk leaves no half file, and a secret is
 * at no time in a file that others can read.
 * @param isWanted asked right before a file is put into its place; it is left out where this is false
 * @returns the absolute paths of those that were written
 * @throws NotReached where one cannot be written.
 */
export function writeFiles(
  folder: string,
  files: readonly (Omit<ExportFile, "mode"> & { readonly mode: number })[],
  isWanted: () => boolean = () => true,
): string[] {
  return files.flatMap(({ path, text, encoding, mode }) => {
    const target = join(folder, path);
    const beside = `${target}.${randomBytes(8).toString("hex")}.tmp`;
    let made = false;
    try {
      makeFolder(dirname(target), dirname(path) !== ".");
      // A file of that name may have been put there by another user, who could then read what is written into it.
      const file = openSync(beside, "wx", 0o600);
      made = true;
      try {
        writeFileSync(file, encoding === undefined ? text : Buffer.from(text, encoding));
        fchmodSync(file, mode); // whatever the umask: a container's user reads the files of its secrets
      } finally {
        closeSync(file);
      }
      if (isWanted()) renameSync(beside, target);
      else {
        discard(beside);
        return [];
      }
    } catch (error) {
      if (made) discard(beside);
      throw notWritten(target, error);
    }
    return [target];
  });
}

/** @param isOwn below the folder that was named: nobody else has anything to do there, nor may it lead elsewhere. */
function makeFolder(folder: string, isOwn: boolean): void {
  mkdirSync(folder, { recursive: true, ...(isOwn && { mode: 0o700 }) });
  if (!isOwn) return;
  const { uid, mode } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is a link, not a folder`);
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700); // it may have been there
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
