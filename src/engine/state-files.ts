import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { instruction, type Remedy, sequence, shell } from "../findings/remedy.ts";
import { isCompressed, stateFileIn, stateObject } from "./state-file.ts";
import { NotReached } from "../findings/stopped.ts";

/** Where a `file://` backend keeps the state of one stack. */
export interface StateFiles {
  /** The project's folder: paths in messages are relative to it, so that they work where they are pasted. */
  readonly root: string;
  /** The backend's folder, which holds `.pulumi`. */
  readonly folder: string;
  readonly project: string;
  readonly stack: string;
}

/**
 * A state that was cut off while it was written is named together with the newest copy that is whole.
 * @throws NotReached where the state of the stack is empty, cut off, or something else than a state
 */
export function rejectBrokenState(files: StateFiles): void {
  const path = stateFileIn(files.folder, files.project, files.stack);
  if (path === undefined || isWhole(path)) return;
  const name = relative(files.root, path);
  const backup = copiesOf(files, path).find(isWhole);
  const what = `the engine's state of ${files.stack} is ${damageOf(path)}: ${name}`;
  if (backup === undefined)
    throw new NotReached(
      `${what}; no copy of it is whole`,
      instruction("restore the file from a backup of the machine"),
    );
  throw new NotReached(
    `${what}\nrestore the newest whole copy, of ${statSync(backup).mtime.toISOString()}:`,
    copyCommand(relative(files.root, backup), name),
  );
}

function damageOf(path: string): string {
  if (statSync(path).size === 0) return "empty";
  try {
    stateObject(path);
    return "not a state";
  } catch {
    return "cut off";
  }
}

function copyCommand(from: string, to: string): Remedy {
  if (isCompressed(from) === isCompressed(to)) return shell("cp", from, to);
  const other = isCompressed(to) ? to.replace(/[.]gz$/, "") : `${to}.gz`;
  return sequence(shell("cp", from, other), shell(isCompressed(to) ? "gzip" : "gunzip", "-f", other));
}

/** The engine's own copies, the newest first: the state before the last write, and one for each update. */
function copiesOf({ folder, project, stack }: StateFiles, path: string): string[] {
  const history = join(folder, ".pulumi", "history", project, stack);
  const checkpoints = existsSync(history)
    ? readdirSync(history)
        .filter((name) => /\.checkpoint\.json(?:\.gz)?$/.test(name))
        .sort()
        .reverse()
    : [];
  return [`${path}.bak`, ...checkpoints.map((name) => join(history, name))].filter((copy) => existsSync(copy));
}

/** Whether a file holds what the engine begins a state with; with anything else it panics, or names no file. */
function isWhole(path: string): boolean {
  try {
    const { version, checkpoint } = stateObject(path) as { version?: unknown; checkpoint?: { latest?: unknown } };
    return typeof version === "number" && isObject(checkpoint?.latest);
  } catch {
    return false;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** An update that holds a stack's lock. */
export interface Lock {
  /** `ops@host, pid 42`; of a lock that is unreadable, its file. */
  readonly owner: string;
  /** When it began, as the engine writes it. */
  readonly since: string;
  /** `unknown`: it was started on another host; `unreadable`: the lock's file does not say who holds it. */
  readonly state: "alive" | "dead" | "unknown" | "unreadable";
  readonly pid: number;
}

/** The updates that hold a stack's lock in a `file://` backend. */
export function locksOf({ root, folder, project, stack }: StateFiles): Lock[] {
  const locks = join(folder, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => lockOf(join(locks, name), root) ?? []);
}

/** Undefined of a lock that was released in the meantime. */
function lockOf(path: string, root: string): Lock | undefined {
  const written = jsonIn(path);
  if (!isLock(written)) {
    return existsSync(path) ? { owner: relative(root, path), since: "", state: "unreadable", pid: 0 } : undefined;
  }
  const { pid, username, hostname: host, timestamp } = written;
  return {
    owner: `${username}@${host}, pid ${pid}`,
    since: timestamp.replace(/\.\d+Z$/, "Z"),
    state: host !== hostname() ? "unknown" : isEngine(pid) ? "alive" : "dead",
    pid,
  };
}

/** A lock as the engine writes it. */
interface WrittenLock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

function isLock(value: unknown): value is WrittenLock {
  const { pid, ...texts } = (value ?? {}) as Partial<Record<keyof WrittenLock, unknown>>;
  const named = [texts.username, texts.hostname, texts.timestamp];
  return Number.isInteger(pid) && named.every((text) => typeof text === "string");
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a process runs and is Pulumi's: the number of one that ended is given to another. */
function isEngine(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const commandLine = join("/proc", String(pid), "cmdline");
  return !existsSync(commandLine) || readFileSync(commandLine, "utf8").includes("pulumi");
}
