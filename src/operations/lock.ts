import { randomUUID } from "node:crypto";
import type { Realization } from "../deployment/realization.ts";
import type { Finding } from "../findings/finding.ts";
import { berth, instruction } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";
import { hash } from "../notation/content-hash.ts";
import { lastStep, thisOwner } from "./journal.ts";
import { type LockStore, volumeLocks } from "./lock-store.ts";
import { fateOf, type ProcessId, thisProcess } from "./process-id.ts";

/** Which deployment is locked: the same stack on another endpoint is another one. */
export type Locked = Pick<Realization, "id" | "stack" | "endpoint">;

/** Where the locks of an endpoint are kept. */
export type LockStores = (endpoint: Locked["endpoint"]) => LockStore;

/** What a lock says of its owner. */
interface Holder {
  /** Distinguishes one lock from every other. */
  readonly token: string;
  /** `ops@host, pid 42` */
  readonly owner: string;
  readonly process: ProcessId;
  readonly operation: string;
  readonly since: string;
  /** The project's folder, in which its journal is. */
  readonly root: string;
  readonly stack: string;
}

export interface LockOptions {
  /** The project's folder. */
  readonly root: string;
  readonly operation: string;
  /** Called with what is said of a process that left its lock behind. */
  readonly released: (text: string) => void;
  readonly stores?: LockStores;
}

interface OperationLock {
  readonly release: () => Promise<void>;
}

/** Another operation holds a deployment. */
export class LockHeld extends Stopped {
  /** The same as a finding, for the deployment's report. */
  readonly finding: Finding;

  constructor(stack: string, holder: Holder | undefined, fate: "alive" | "unknown") {
    const remedy =
      fate === "alive" ? instruction("wait until it ends, and run this again") : berth("unlock", stack, "--yes");
    const where = fate === "alive" ? "" : ", which may run on another machine; if it does not, release the lock:";
    super("locked", `${stack} is locked by ${textOf(holder)}${where}`, remedy);
    this.finding = {
      code: "stack-locked",
      severity: "error",
      kind: "lock",
      key: stack,
      message: `another operation holds its lock: ${textOf(holder)}`,
      wanted: { stack },
      remedy,
      ...(fate === "unknown" && { remedyNote: "only if it does not run, on another machine for example" }),
    };
  }
}

/**
 * Locks deployments for one operation, on their endpoints: another checkout and another machine see the same lock. That of
 * a process of this machine that no longer runs is released.
 * @throws LockHeld where another operation holds one of them; NotReached where an endpoint does not answer
 */
export async function lockDeployments(deployments: readonly Locked[], options: LockOptions): Promise<OperationLock> {
  const locks: OperationLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await lock.release();
  };
  try {
    for (const deployment of deployments) locks.push(await lockOne(deployment, options));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/** A lock that was left behind is released, and another process may be as quick. */
const mostTries = 3;

async function lockOne(
  deployment: Locked,
  { root, operation, released, stores = volumeLocks }: LockOptions,
): Promise<OperationLock> {
  const { stack } = deployment;
  const store = stores(deployment.endpoint);
  const name = nameOf(deployment);
  const own: Holder = {
    token: randomUUID(),
    owner: thisOwner(),
    process: thisProcess(),
    operation,
    since: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    root,
    stack,
  };
  for (let tries = 1; ; tries += 1) {
    const text = await store.claim(name, JSON.stringify(own));
    const holder = holderIn(text);
    if (holder?.token === own.token) return { release: () => store.remove(name) };
    const fate = holder === undefined ? "unknown" : fateOf(holder.process);
    if (fate !== "dead" || tries === mostTries) throw new LockHeld(stack, holder, fate === "alive" ? fate : "unknown");
    if (await takeAway(store, name, text)) released(`released the lock of ${textOf(holder)}, which was cut off`);
  }
}

/**
 * Releases the lock of an operation on a deployment.
 * @param yes also where its owner may run on another machine
 * @returns what it said of its owner; undefined where there was none
 * @throws LockHeld where the operation runs, or may run
 */
export async function releaseOperationLock(
  deployment: Locked,
  yes: boolean,
  stores: LockStores = volumeLocks,
): Promise<string | undefined> {
  const store = stores(deployment.endpoint);
  const name = nameOf(deployment);
  const text = await store.read(name);
  if (text === undefined) return undefined;
  const holder = holderIn(text);
  const fate = holder === undefined ? "unknown" : fateOf(holder.process);
  if (fate === "alive" || (fate === "unknown" && !yes)) throw new LockHeld(deployment.stack, holder, fate);
  const said = textOf(holder);
  await store.remove(releaseOf(name));
  await takeAway(store, name, text);
  return said;
}

/**
 * Removes a lock that was left behind, unless it is another one by now: of two processes that found the same one, the
 * second would remove the lock that the first has made in its place. So one of them holds a lock for this, too.
 */
async function takeAway(store: LockStore, name: string, text: string): Promise<boolean> {
  const own = JSON.stringify({ token: randomUUID(), process: thisProcess() });
  const turn = releaseOf(name);
  const first = await store.claim(turn, own);
  if (first !== own) {
    const holder = holderIn(first);
    if (holder !== undefined && fateOf(holder.process) === "dead") await store.remove(turn);
    return false;
  }
  try {
    if ((await store.read(name)) !== text) return false;
    await store.remove(name);
    return true;
  } finally {
    await store.remove(turn);
  }
}

/** A name that Docker accepts, and no deployment has: those begin with a prefix, which has no dash. */
const nameOf = ({ id, stack }: Locked): string =>
  `berth-lock-${stack.replace(/[^a-zA-Z0-9_.-]/g, "-")}-${hash(id).slice(0, 8)}`;

const releaseOf = (name: string): string => `${name}-release`;

function holderIn(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    return typeof holder.process?.pid === "number" ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** `berth destroy (ops@host, pid 42, since 2026-11-29T00:47:03Z, at destroy:hospital-b)` */
function textOf(holder: Holder | undefined): string {
  if (holder === undefined) return "an unknown owner";
  const { operation, owner, since, root, stack, process } = holder;
  // The journal of a process of this machine is at hand, and says how far it came.
  const step = process.table === thisProcess().table ? lastStep(root, stack) : undefined;
  return `berth ${operation} (${owner}, since ${since}${step === undefined ? "" : `, at ${step}`})`;
}
