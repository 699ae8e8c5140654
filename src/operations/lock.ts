import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Realization } from "../deployment/realization.ts";
import { withProjectLock } from "../engine/project-lock.ts";
import { berth, instruction } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";
import { hash } from "../notation/content-hash.ts";
import { thisOwner } from "./journal.ts";

/** Milliseconds after which a lock that nothing renews no longer counts as held. */
const stale = 10_000;

/** Which deployment is locked: the same stack on another endpoint is another one. */
export type Locked = Pick<Realization, "id" | "stack" | "endpoint">;

/** What a lock says of its owner. */
interface Holder {
  /** `ops@host, pid 42` */
  readonly owner: string;
  readonly host: string;
  readonly pid: number;
  readonly operation: string;
  readonly step?: string;
  readonly since: string;
}

interface OperationLock {
  /** The step that runs now: a person who finds the lock learns how far the operation came. */
  readonly step: (id: string) => void;
  readonly release: () => Promise<void>;
}

/**
 * Locks deployments for one operation. The lock is in the project's folder (`.berth/locks/`); that of a process of this
 * machine that no longer runs is released.
 * @param released called with what is said of such a process
 * @throws Stopped where another operation holds one of them; the message says how to release it
 */
export async function lockDeployments(
  root: string,
  deployments: readonly Locked[],
  operation: string,
  released: (text: string) => void,
): Promise<OperationLock> {
  const locks: OperationLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await lock.release();
  };
  try {
    for (const deployment of deployments) locks.push(await lockOne(root, deployment, operation, released));
  } catch (error) {
    await release();
    throw error;
  }
  return { step: (id) => locks.forEach((lock) => lock.step(id)), release };
}

async function lockOne(
  root: string,
  deployment: Locked,
  operation: string,
  released: (text: string) => void,
): Promise<OperationLock> {
  const path = pathOf(root, deployment);
  const { lock } = await import("proper-lockfile");
  // Two commands that find the same lock left behind release it one after the other.
  const give = await withProjectLock(root, async () => {
    const standing = standingOf(path);
    if (standing === "dead") released(`released the lock of ${textOf(path)}, which was cut off`);
    else if (standing !== "free") throw refusal(path, standing, deployment.stack);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(join(root, ".berth", "locks"), { recursive: true, mode: 0o700 });
    // Named by its own path: the library counts locks of one file as one, and the project's lock is one of its folder.
    return lock(path, { lockfilePath: path, realpath: false, stale });
  });
  const holder: Holder = {
    owner: thisOwner(),
    host: hostname(),
    pid: process.pid,
    operation,
    since: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const write = (step?: string): void =>
    writeFileSync(holderFile(path), `${JSON.stringify({ ...holder, step })}\n`, { mode: 0o600 });
  write();
  return {
    step: write,
    release: async () => {
      rmSync(holderFile(path), { force: true });
      await give();
    },
  };
}

/**
 * Releases the lock of an operation on a deployment.
 * @param yes also where its owner may run on another machine
 * @returns what it said of its owner; undefined where there was none
 * @throws Stopped where the operation runs, or may run
 */
export function releaseOperationLock(root: string, deployment: Locked, yes: boolean): string | undefined {
  const path = pathOf(root, deployment);
  const standing = standingOf(path);
  if (standing === "free") return undefined;
  if (standing === "alive" || (standing === "unknown" && !yes)) throw refusal(path, standing, deployment.stack);
  const text = textOf(path);
  for (const each of [path, holderFile(path)]) rmSync(each, { recursive: true, force: true });
  return text;
}

function pathOf(root: string, { id, stack, endpoint }: Locked): string {
  return join(root, ".berth", "locks", `${stack}-${hash(`${id} ${endpoint.url}`).slice(0, 8)}`);
}

const holderFile = (path: string): string => `${path}.json`;

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(holderFile(path), "utf8")) as Holder;
  } catch {
    return undefined; // killed before it wrote it
  }
}

/** `unknown`: nobody can know from here whether its owner runs. */
type Standing = "free" | "alive" | "dead" | "unknown";

function standingOf(path: string): Standing {
  if (!existsSync(path)) return "free";
  const holder = holderOf(path);
  if (holder?.host === hostname() && !runs(holder.pid)) return "dead";
  return Date.now() - statSync(path).mtimeMs < stale ? "alive" : "unknown";
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** `berth destroy (ops@host, pid 42, since 2026-11-29T00:47:03Z, at destroy:hospital-b)` */
function textOf(path: string): string {
  const holder = holderOf(path);
  if (holder === undefined) return "an unknown owner";
  const { operation, owner, since, step } = holder;
  return `berth ${operation} (${owner}, since ${since}${step === undefined ? "" : `, at ${step}`})`;
}

function refusal(path: string, standing: "alive" | "unknown", stack: string): Stopped {
  const locked = `${stack} is locked by ${textOf(path)}`;
  return standing === "alive"
    ? new Stopped("locked", locked, instruction("wait until it ends, and run this again"))
    : new Stopped(
        "locked",
        `${locked}, which may run on another machine; if it does not, release the lock:`,
        berth("unlock", stack, "--yes"),
      );
}
