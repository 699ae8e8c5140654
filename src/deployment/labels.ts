import type { Deployment, Network, Service, Volume } from "./deployment.ts";
import { labels } from "./names.ts";
import { specHash } from "./spec.ts";

/** What the things of a deployment carry, whoever makes them: by this the conflict check knows them as its own. */
export type Labels = Readonly<Record<string, string>>;

/** @param attempt See `attemptsOf`. */
export const serviceLabels = (deployment: Deployment, service: Service, attempt?: string): Labels => ({
  ...service.labels,
  [labels.stack]: deployment.id,
  [labels.prefix]: deployment.prefix,
  [labels.service]: service.key,
  [labels.spec]: specHash(service, deployment.running),
  ...(attempt === undefined ? {} : { [labels.attempt]: attempt }),
});

/**
 * None on an adopted volume: it exists, and labels of a volume cannot be changed.
 * @param identity the random value of the deployment that the engine keeps; in an exported Compose file there is none
 */
export const volumeLabels = <T = string>(
  deployment: Deployment,
  volume: Volume,
  identity?: T,
): Readonly<Record<string, T | string>> =>
  volume.adopted
    ? {}
    : {
        [labels.stack]: deployment.id,
        [labels.volume]: volume.key,
        ...(identity !== undefined && { [labels.identity]: identity }),
      };

export const networkLabels = (deployment: Deployment, network: Network): Labels => ({
  [labels.stack]: deployment.id,
  [labels.network]: network.key,
});
