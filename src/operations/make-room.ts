import type Dockerode from "dockerode";
import type { Realization } from "../deployment/realization.ts";
import type { Succession } from "../drift/succession.ts";
import { dockerClient } from "../docker/client.ts";
import { ownValue } from "../notation/own-value.ts";

/** Removes what leaves before a container or network of a deployment is created; volumes and their data stay. */
export function roomFor({ endpoint: { url } }: Realization, { containers, networks }: Succession) {
  // A container may take its whole stop timeout.
  const client = (): Promise<Dockerode> => dockerClient(url, { timeout: 600_000 });
  const left = new Map<string, Promise<void>>();
  /** Each is removed once, whatever waits for its place. */
  const once = (id: string, remove: () => Promise<void>): Promise<void> => {
    const removal = left.get(id) ?? remove();
    left.set(id, removal);
    return removal;
  };
  const removeContainers = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const docker = await client();
    await Promise.all(ids.map((id) => once(id, () => removeContainer(docker.getContainer(id)))));
  };
  return {
    forContainer: async (name: string): Promise<void> => {
      await removeContainers((ownValue(containers, name) ?? []).map(({ id }) => id));
      // Its own predecessor may be among what makes room for others: the engine goes on while that is being removed.
      await Promise.all(left.values());
    },
    forNetwork: async (name: string): Promise<void> => {
      for (const { id, containers: attached } of ownValue(networks, name) ?? []) {
        await removeContainers(attached.map((container) => container.id));
        const docker = await client();
        await once(id, () => docker.getNetwork(id).remove().catch(unlessGone));
      }
    },
  };
}

/** As the provider does it: with the container's own stop timeout, and with its anonymous volumes. */
async function removeContainer(container: Dockerode.Container): Promise<void> {
  await container.stop().catch(unlessStopped);
  await container.remove({ force: true, v: true }).catch(async (error: Error & { statusCode?: number }) => {
    // The engine is removing it, too; its name is free when that is over.
    if (error.statusCode === 409) await container.wait({ condition: "removed" }).catch(unlessGone);
    else unlessGone(error);
  });
}

/** 304: it did not run; 404: it is gone. */
function unlessStopped(error: Error & { statusCode?: number }): void {
  if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
}

/** 404: it is gone. */
function unlessGone(error: Error & { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
