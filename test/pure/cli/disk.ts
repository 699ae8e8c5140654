import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, in memory, on a folder: only root can have one. */
export interface Disk {
  readonly path: string;
  /** Takes all the room that is left; undone by `clear`. */
  fill(): void;
  clear(): void;
  lock(): void;
  unmount(): void;
}

export const canMount: boolean = (() => {
  try {
    mountDisk("64k").unmount();
    return true;
  } catch {
    return false;
  }
})();

export function mountDisk(size: string): Disk {
  const path = mkdtempSync(join(tmpdir(), "berth-test-disk-"));
  const filler = join(path, "filler");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "pipe" });
  } catch (error) {
    rmSync(path, { recursive: true });
    throw error;
  }
  return {
    path,
    fill: () => {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
    clear: () => rmSync(filler, { force: true }),
    lock: () => void execFileSync("mount", ["-o", "remount,ro", path]),
    unmount: () => {
      execFileSync("umount", [path]);
      rmSync(path, { recursive: true });
    },
  };
}
