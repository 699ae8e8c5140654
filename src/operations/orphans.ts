import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createConnection } from "node:net";
import { join, sep } from "node:path";

/** A plugin of an engine that no longer runs. */
interface Orphan {
  readonly pid: number;
  /** Where its engine listened. */
  readonly port: number;
}

/**
 * Ends the plugins that a killed engine left behind in a project's folder: nothing else does, and each keeps tens of
 * megabytes. One whose engine still listens is left alone.
 * @returns how many were ended
 */
export async function endOrphans(root: string): Promise<number> {
  const orphans = existsSync("/proc/self/stat") ? orphansOf(root) : [];
  const ended = await Promise.all(orphans.map(async ({ pid, port }) => !(await listens(port)) && end(pid)));
  return ended.filter(Boolean).length;
}

function orphansOf(root: string): Orphan[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return orphanOf(Number(pid), root) ?? [];
      } catch {
        return []; // it ended, or is another user's
      }
    });
}

function orphanOf(pid: number, root: string): Orphan | undefined {
  const [program = "", ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  if (!/(?:^|\/)pulumi-(?:resource|language)-[\w-]+$/.test(program)) return undefined;
  const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(words.filter((word) => word !== "").at(-1) ?? "") ?? [];
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  const isHere = folder === root || folder.startsWith(join(root, sep));
  return parent === "1" && isHere && port !== undefined ? { pid, port: Number(port) } : undefined;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, "SIGTERM");
  } catch {
    return false;
  }
}
