import { dockerClient } from "../docker/client.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/label-names.ts";

/** Where a deployment's jobs run: how long each has been running, and its end. What cannot be asked is as if it did not run. */
export function jobHost({ id, endpoint: { url } }: Deployment) {
  const own = async (name: string) => {
    const docker = await dockerClient(url, { timeout: 60_000 });
    const container = docker.getContainer(name);
    const { Config, State } = await container.inspect();
    return Config.Labels?.[labels.stack] === id && State.Running ? { container, since: State.StartedAt } : undefined;
  };
  return {
    secondsRunning: async (name: string): Promise<number | undefined> => {
      const found = await own(name).catch(() => undefined);
      return found && (Date.now() - Date.parse(found.since)) / 1000;
    },
    end: async (name: string): Promise<void> => {
      const found = await own(name).catch(() => undefined);
      await found?.container.stop().catch(() => found.container.kill().catch(() => {}));
    },
  };
}
