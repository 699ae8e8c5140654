import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { dockerClient } from "../docker/client.ts";
import { type Engine, pendingOf, resourcesOf } from "../engine/engine.ts";
import { berth, shell } from "../findings/remedy.ts";
import { NotReached, Stopped } from "../findings/stopped.ts";
import { releaseOperationLock } from "./lock.ts";
import { endOrphans } from "./orphans.ts";
import { type Lock, locksOf, type StateFiles } from "../engine/state-files.ts";

export interface UnlockOptions {
  /** Release a lock also where nobody can know from here whether its owner still runs. */
  readonly yes: boolean;
  /** Called with every step that was done. */
  readonly line: (text: string) => void;
}

/**
 * Clears what a killed update left behind: its lock, its plugins, and what it was creating, which the state does not
 * know and the next `up` would meet as another party's. Volumes stay. Running it twice changes nothing.
 * @param files undefined where the backend keeps its locks elsewhere
 * @throws Stopped where the owner of the lock runs, or may run
 */
export async function unlock(
  engine: Engine,
  deployment: Realization,
  files: StateFiles | undefined,
  { yes, line }: UnlockOptions,
): Promise<void> {
  const { stack } = deployment;
  const locks = files === undefined ? undefined : locksOf(files);
  refuseWhereUsed(locks, stack, yes);
  const operation = await releaseOperationLock(deployment, yes).catch((error: unknown) => {
    if (!(error instanceof NotReached)) throw error;
    line(`the lock on its host was not checked: ${error.message}`);
    return undefined;
  });
  if (operation !== undefined) line(`released the lock of ${operation}`);
  if (locks === undefined || locks.length > 0) {
    await engine.cancel(stack);
    line(`released the lock${locks === undefined ? "" : ` of ${locks.map(({ owner }) => owner).join(", ")}`}`);
  } else if (operation === undefined) line("no update holds a lock");
  const orphans = files === undefined ? 0 : await endOrphans(files.root);
  if (orphans > 0) line(`ended ${orphans} plugins that a killed update left running`);
  await removeHalfMade(engine, deployment, line);
}

function refuseWhereUsed(locks: readonly Lock[] | undefined, stack: string, yes: boolean): void {
  const alive = locks?.find(({ state }) => state === "alive");
  if (alive !== undefined)
    throw new Stopped(
      "locked",
      `an update of ${stack} is running (${alive.owner}, since ${alive.since}): wait until it ends, or interrupt it:`,
      shell("kill", "-INT", String(alive.pid)),
    );
  if (yes || locks?.every(({ state }) => state === "dead") === true) return;
  const unreadable = locks?.find(({ state }) => state === "unreadable");
  if (unreadable !== undefined)
    throw new Stopped(
      "locked",
      `the lock of ${stack} cannot be read: ${unreadable.owner}; if no update of it runs, release it:`,
      berth("unlock", stack, "--yes"),
    );
  const owner = locks?.find(({ state }) => state === "unknown")?.owner ?? "another machine";
  throw new Stopped(
    "locked",
    `the lock of ${stack} may be in use by ${owner}; if no update runs there, release it:`,
    berth("unlock", stack, "--yes"),
  );
}

/** Removes the container and the network that a killed update was creating, by what the state says it had begun. */
async function removeHalfMade(engine: Engine, { id, stack, endpoint }: Realization, line: (text: string) => void) {
  const known = await engine.existing(stack);
  if (known === undefined) return;
  const begun = (await pendingOf(known)).filter(({ type }) => type === "creating");
  const named = (type: string): Set<string> =>
    new Set(begun.flatMap(({ resource }) => (resource.type === type ? (resource.inputs?.name ?? []) : [])));
  const [containers, networks] = [named("docker:index/container:Container"), named("docker:index/network:Network")];
  if (containers.size + networks.size === 0) return;
  const ids = new Set((await resourcesOf(known)).map(({ outputs }) => (outputs as { id?: string } | undefined)?.id));
  const docker = await dockerClient(endpoint.url);
  const filters = { label: [`${labels.stack}=${id}`] };
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    const name = Names.map((each) => each.replace(/^\//, "")).find((each) => containers.has(each));
    if (name === undefined || ids.has(Id)) continue;
    await docker.getContainer(Id).remove({ force: true });
    line(`removed the container ${name}, which the killed update was creating`);
  }
  for (const { Id, Name } of await docker.listNetworks({ filters })) {
    if (!networks.has(Name) || ids.has(Id)) continue;
    await docker.getNetwork(Id).remove();
    line(`removed the network ${Name}, which the killed update was creating`);
  }
}
