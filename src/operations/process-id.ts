import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What distinguishes a process from every other one, also from those that get its number later. */
export interface ProcessId {
  readonly pid: number;
  /** The table of processes in which the number means something: of one kernel since its start, and of one container. */
  readonly table: string;
  /** When it started, in the kernel's ticks; absent where the system does not say so. */
  readonly start?: string;
}

export function thisProcess(): ProcessId {
  const start = startOf(process.pid);
  return { pid: process.pid, table: thisTable(), ...(start !== undefined && { start }) };
}

/** Whether a process runs; `unknown` where that cannot be seen from here. */
export function fateOf({ pid, table, start }: ProcessId): "alive" | "dead" | "unknown" {
  if (table !== thisTable()) return "unknown";
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "dead";
  }
  if (start === undefined) return "unknown";
  return startOf(pid) === start ? "alive" : "dead";
}

function thisTable(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname(); // no Linux
  }
}

/** The 22nd field of its line, counted behind the name, which may hold anything. */
function startOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
