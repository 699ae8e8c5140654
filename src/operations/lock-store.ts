import type { Endpoint } from "../deployment/deployment.ts";
import { dockerClient } from "../docker/client.ts";
import { reaching } from "./reaching.ts";

/** Keeps a text under a name, for all that work with one endpoint. */
export interface LockStore {
  /** Keeps a text where the name has none yet. @returns the text that is kept now: this one, or an earlier one */
  claim(name: string, text: string): Promise<string>;
  /** @returns undefined where the name has none */
  read(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
}

/** The label of a lock's volume. */
const label = "berth.lock";

/**
 * Locks on the host itself, each an empty volume. A volume is the one object that Docker makes without an image and whose
 * name it gives once: to create one that exists changes nothing, so that its label says who was first [Docker 20.10 to 29,
 * Podman 4 and 5]. `docker volume prune` leaves it, as all volumes with a name; with `--all` it goes, as those of stopped
 * deployments do.
 */
export function volumeLocks({ url }: Endpoint): LockStore {
  const read = async (name: string): Promise<string | undefined> => {
    const docker = await dockerClient(url);
    try {
      const { Labels } = await docker.getVolume(name).inspect();
      return Labels?.[label] ?? "";
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  };
  const claim = async (name: string, text: string): Promise<string> => {
    const docker = await dockerClient(url);
    try {
      await docker.createVolume({ Name: name, Labels: { [label]: text } });
    } catch (error) {
      // Podman refuses the second of two at the same time.
      if ((await read(name)) === undefined) throw error;
    }
    // Gone again: whoever was first is done.
    return (await read(name)) ?? claim(name, text);
  };
  return {
    claim: (name, text) => reaching(url, () => claim(name, text)),
    read: (name) => reaching(url, () => read(name)),
    remove: (name) =>
      reaching(url, async () => {
        const docker = await dockerClient(url);
        await docker
          .getVolume(name)
          .remove()
          .catch((error: Error & { statusCode?: number }) => {
            if (error.statusCode !== 404) throw error;
          });
      }),
  };
}
