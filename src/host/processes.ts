import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Process {
  readonly pid: number;
  /** The program's name, at most 15 characters. */
  readonly name: string;
  /** 64 hexadecimal digits, where a control group shows that it runs in a container. */
  readonly containerId?: string;
}

/**
 * The processes that hold sockets, by the sockets' inodes; absent are those that this user may not look at.
 * Reads synchronously: thousands of tiny reads of /proc take 5 times as long otherwise.
 */
export function processesOf(inodes: ReadonlySet<string>, directory = "/proc"): ReadonlyMap<string, Process> {
  const found = new Map<string, Process>();
  if (inodes.size === 0) return found;
  for (const pid of listed(directory).filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of listed(`${directory}/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(
        attempt(() => readlinkSync(`${directory}/${pid}/fd/${descriptor}`)) ?? "",
      )?.[1];
      // The first is the oldest: of a server and its workers, the server.
      if (inode && inodes.has(inode) && !found.has(inode)) found.set(inode, processAt(directory, pid));
    }
    if (found.size === inodes.size) break;
  }
  return found;
}

function processAt(directory: string, pid: string): Process {
  const name = attempt(() => readFileSync(`${directory}/${pid}/comm`, "utf8"))?.trim() || "a process";
  const groups = attempt(() => readFileSync(`${directory}/${pid}/cgroup`, "utf8")) ?? "";
  const containerId = containerIdOf(groups);
  return { pid: Number(pid), name, ...(containerId && { containerId }) };
}

/** From /proc/<pid>/cgroup: `…:/docker/<id>` (v1) or `0::/system.slice/docker-<id>.scope` (v2). */
export const containerIdOf = (groups: string): string | undefined =>
  /[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(groups)?.[1];

const listed = (directory: string): string[] => attempt(() => readdirSync(directory)) ?? [];

/** Processes end while they are looked at, and those of others may not be looked at. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
