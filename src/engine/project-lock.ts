import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { shell } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";
import { ignoredByGit } from "../disk/private-files.ts";
import { notWritten } from "../disk/write-files.ts";

/** Milliseconds after which a lock that its owner no longer renews counts as left behind by a killed process. */
const stale = 10_000;
/** About 30 s of tries: longer than a look at a slow host takes, and than a lock needs to become stale. */
const retries = { retries: 150, factor: 1.1, minTimeout: 20, maxTimeout: 250 };

/**
 * Does something that reads the stack files of a project and then changes one: commands that run at the same time do it
 * one after the other, so that none overwrites what another one wrote, and no two pin the same port.
 * @throws Stopped where another command keeps the lock, or the project's folder cannot be written.
 */
export async function withProjectLock<T>(root: string, work: () => T | Promise<T>): Promise<T> {
  const folder = join(root, ".berth");
  const lockfilePath = join(folder, "lock");
  const { lock } = await import("proper-lockfile");
  const release = await hold();
  try {
    return await work();
  } finally {
    await release();
  }

  async function hold(): Promise<() => Promise<void>> {
    try {
      makeFolder(folder);
      return await lock(root, { lockfilePath, stale, retries });
    } catch (error) {
      if (error instanceof Stopped) throw error;
      if ((error as { code?: string }).code !== "ELOCKED") throw notWritten(lockfilePath, error);
      throw new Stopped(
        "locked",
        `another berth command is changing the stack files of ${root}; wait until it ends, or, if none runs, release its lock:`,
        shell("rmdir", lockfilePath),
      );
    }
  }
}

function makeFolder(folder: string): void {
  try {
    // Not recursive: of a file system that cannot be written, that reports a folder that is missing [Node 20].
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw notWritten(folder, error);
  }
  ignoredByGit(folder);
}
