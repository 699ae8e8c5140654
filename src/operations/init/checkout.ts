import { execFile } from "node:child_process";
import { basename, dirname, resolve } from "node:path";
import { promisify } from "node:util";
import type { Checkout } from "../../notation/checkout-name.ts";

/** Asks Git about the folder's checkout; undefined where there is none, it has no files of its own, or Git is not there. */
export async function checkoutOf(folder: string): Promise<Checkout | undefined> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    // A hook runs with variables that lead to another repository.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
    return promisify(execFile)("git", args, { cwd: folder, env }).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  };
  const top = await git("rev-parse", "--show-toplevel");
  if (!top) return undefined;
  const [directory = "", common = "", branch, remote] = await Promise.all([
    git("rev-parse", "--git-dir"),
    git("rev-parse", "--git-common-dir"),
    git("symbolic-ref", "--quiet", "--short", "HEAD"),
    git("remote", "get-url", "origin"),
  ]);
  const isLinked = resolve(folder, directory) !== resolve(folder, common);
  const first = basename(dirname(resolve(folder, common)));
  const cloned = remote === undefined ? "" : basename(remote.replace(/[/\\]+$/, "")).replace(/\.git$/, "");
  return { folder: top, repository: isLinked ? first : cloned, isLinked, ...(branch && { branch }) };
}
