import type { Deployment, Network, Volume } from "./deployment.ts";
import type { Container } from "./realization.ts";
import type { Home } from "../notation/home.ts";
import { labels } from "./label-names.ts";
import { specHash } from "./spec.ts";

/** The labels of everything in a deployment, whatever creates it: by these the conflict check knows them as its own. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Labels that distinguish the things of one state from those of another with the same stack, for example in another clone
 * of the project. What is created without the engine carries none.
 */
export const homeLabels = (home: Home | undefined): Labels =>
  home === undefined ? {} : { [labels.home]: home.hash, [labels.place]: home.place };

/** The labels without those that say where the state is: what is there already keeps its own. */
export const withoutHome = (found: Labels): Labels => {
  const { [labels.home]: _home, [labels.place]: _place, ...rest } = found;
  return rest;
};

/** @param attempt See `attemptsOf`. */
export const containerLabels = (deployment: Deployment, container: Container, attempt?: string): Labels => ({
  ...container.labels,
  [labels.stack]: deployment.id,
  [labels.prefix]: deployment.prefix,
  [labels.service]: container.key,
  [labels.spec]: specHash(container, deployment.prefix),
  ...(attempt === undefined ? {} : { [labels.attempt]: attempt }),
});

/** Whether a live container's labels make it the deployment's own that stands for this one, whatever it is called. */
export const standsFor = (
  found: Labels | null | undefined,
  { key }: Pick<Container, "key">,
  { id, prefix }: Pick<Deployment, "id" | "prefix">,
): boolean => found?.[labels.stack] === id && found[labels.prefix] === prefix && found[labels.service] === key;

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
        ...volume.labels,
        [labels.stack]: deployment.id,
        [labels.volume]: volume.key,
        ...(identity !== undefined && { [labels.identity]: identity }),
      };

export const networkLabels = (deployment: Deployment, network: Network): Labels => ({
  [labels.stack]: deployment.id,
  [labels.network]: network.key,
});
