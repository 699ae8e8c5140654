import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { readText, UnreadableFile } from "./read-text.ts";
import { shellWord } from "../notation/shell-quote.ts";
import { shell } from "../findings/remedy.ts";
import { NotReached } from "../findings/stopped.ts";
import { writeNewFile } from "./write-files.ts";

/** The files of a project that only their owner has any business with, from its root. */
const ofOwner = [".berth", join(".berth", "passphrase"), join(".berth", "secrets"), ".state"];

/** What is said of files that hold secrets, and that others may read or change: each with the command that closes it. */
export function looseFiles(root: string, others: readonly string[] = []): string[] {
  return [...ofOwner.map((path) => join(root, path)), ...others].flatMap((path) => {
    const status = existsSync(path) ? lstatSync(path) : undefined;
    if (status === undefined || status.isSymbolicLink() || (status.mode & 0o077) === 0) return [];
    const mode = (status.mode & 0o777).toString(8).padStart(4, "0");
    return [`${path} is open to other users (mode ${mode}); close it:\n  chmod go= ${shellWord(path)}`];
  });
}

/** Keeps a folder out of git whatever the project's own .gitignore says. */
export const ignoredByGit = (folder: string): void => void writeNewFile(join(folder, ".gitignore"), "*\n");

/**
 * An empty passphrase encrypts with a key that anybody can derive.
 * @throws NotReached where the file holds none.
 */
export function assertPassphrase(file: string): void {
  try {
    if (readText(file, "").trim() !== "") return;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new NotReached(`the passphrase cannot be read: ${file} ${error.reason}`);
  }
  throw new NotReached(
    `the passphrase in ${file} is empty: restore it from your copy, or, where no stack is encrypted yet, remove it:`,
    shell("rm", file),
  );
}
