import type { Realization } from "../../deployment/realization.ts";
import { knownOf, type Memory, passwordType } from "../../engine/state.ts";
import type { Finding } from "../../findings/finding.ts";
import type { DatabaseCourse, KeptResource } from "../database-course.ts";
import type { DeployResult } from "../deploy.ts";
import type { Interrupted } from "../journal.ts";
import type { Step } from "../operation.ts";
import type { OwnedData } from "./owned-data.ts";

/** What a removal reads and changes. */
export interface RemovePorts {
  /** What others still use of it: databases, networks. */
  inUse(): Promise<readonly Finding[]>;
  /** What the engine's state holds of it; undefined where the engine does not know the stack. */
  resources(): Promise<readonly KeptResource[] | undefined>;
  course(resources: readonly KeptResource[]): Promise<DatabaseCourse>;
  ownedData(known: Memory | undefined): Promise<OwnedData>;
  /** Lets a destroy keep these. */
  protect(urns: readonly string[]): Promise<void>;
  /** Lets a destroy delete everything. */
  unprotect(): Promise<void>;
  destroy(course: DatabaseCourse): Promise<DeployResult>;
  /** Nothing happens where it does not exist. */
  removeVolume(name: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** @param force although the state still holds resources */
  removeStack(force: boolean): Promise<void>;
}

/** What a removal is decided by. */
export interface RemoveFacts {
  readonly deployment: Realization;
  /** Whether its data is to go as well. */
  readonly data: boolean;
  readonly inUse: readonly Finding[];
  /** Undefined where the engine does not know the stack. */
  readonly state?: RemoveState;
  /** With `data`: what holds it. */
  readonly owned?: OwnedData;
  /** What the state held of its data before the first step. */
  readonly before?: Memory;
  /** Done by an earlier run that was cut off. */
  readonly done: readonly Step[];
}

/** What the engine's state holds. */
export interface RemoveState {
  /** How many resources there are. */
  readonly count: number;
  /** Names of containers and networks. */
  readonly live: readonly string[];
  /** URNs of what holds or opens data, and is protected. */
  readonly guarded: readonly string[];
  /** URNs of what holds or opens data, and is not. */
  readonly unguarded: readonly string[];
  readonly databases: readonly string[];
  readonly course: DatabaseCourse;
}

/** What survives a removal without data: its volumes, its database, and the secrets with which they were created. */
const guardedTypes: ReadonlySet<string> = new Set([
  passwordType,
  "docker:index/volume:Volume",
  "postgresql:index/database:Database",
]);

export async function observeRemoval(
  ports: RemovePorts,
  { deployment, data }: Pick<RemoveFacts, "deployment" | "data">,
  interrupted: Interrupted | undefined,
): Promise<RemoveFacts> {
  const [inUse, resources] = [await ports.inUse(), await ports.resources()];
  const done = interrupted?.done ?? [];
  const base = { deployment, data, inUse, done };
  const state = resources && stateOf(resources, await ports.course(resources));
  if (!data) return { ...base, state };
  const before = together(interrupted?.before as Memory | undefined, resources && memoryOf(resources));
  return { ...base, state, before, owned: await ports.ownedData(before) };
}

function stateOf(resources: readonly KeptResource[], course: DatabaseCourse): RemoveState {
  const present = resources.filter((resource) => resource.delete !== true);
  const { containers, networks, databases } = knownOf(resources);
  const guarding = present.filter(({ type }) => guardedTypes.has(type));
  const urns = (isGuarded: boolean): string[] =>
    guarding.filter(({ protect = false }) => protect === isGuarded).map(({ urn }) => urn);
  return {
    count: resources.length,
    live: [...Object.keys(containers), ...Object.keys(networks)],
    guarded: urns(true),
    unguarded: urns(false),
    databases,
    course,
  };
}

const memoryOf = (resources: readonly KeptResource[]): Memory => {
  const { ids, volumes } = knownOf(resources);
  return { ids, volumes: Object.fromEntries(Object.entries(volumes).map(([name, id]) => [name, id ?? null])) };
};

/** What an earlier run saw, and what is there now: the state no longer holds what was destroyed. */
function together(before: Memory | undefined, now: Memory | undefined): Memory | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return { ids: [...new Set([...before.ids, ...now.ids])], volumes: { ...before.volumes, ...now.volumes } };
}
