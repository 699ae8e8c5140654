import { nameOf, short } from "../notation/docker-names.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { containerLabels, standsFor } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
import { attachmentDifferences } from "./attachments.ts";
import { conditionDifferences } from "./condition.ts";
import type { SecretTexts } from "../deployment/value.ts";
import { configDifferences } from "./config.ts";
import type { Difference } from "./difference.ts";
import { fileDifferences } from "./files.ts";
import { hostConfigDifferences } from "./host-config.ts";
import { isOwnLabel, type Known, knownIds } from "../engine/state.ts";
import type { Live, InspectedContainer } from "../host/inspected.ts";
import { mountDifferences } from "./mounts.ts";
import { inDockersWords } from "./podman.ts";
import { ownValue } from "../notation/own-value.ts";

/** What has become of the container of one service. */
export type ContainerDrift = { readonly service: Container } & (
  | { readonly kind: "absent" }
  /** It has our name and not our label. */
  | { readonly kind: "foreign"; readonly container: InspectedContainer }
  /** It has our labels, and is not the one that the engine made. */
  | { readonly kind: "copy"; readonly container: InspectedContainer }
  | { readonly kind: "renamed"; readonly container: InspectedContainer; readonly name: string }
  /** It was made from another specification: the coming `up` replaces it. */
  | { readonly kind: "outdated"; readonly container: InspectedContainer; readonly differences: readonly Difference[] }
  | { readonly kind: "own"; readonly container: InspectedContainer; readonly differences: readonly Difference[] }
);

/** Compares each service's container with what is live; pure. */
export function containerDrifts(
  deployment: Realization,
  live: Live,
  { secrets = {}, known }: { readonly secrets?: SecretTexts; readonly known?: Known } = {},
): ContainerDrift[] {
  const matchOf = matcher(deployment, live, known);
  return deployment.containers.map((service): ContainerDrift => {
    const match = matchOf(service);
    if (match.kind === "absent") return { kind: "absent", service };
    const { container } = match;
    if (match.kind !== "own") return { kind: match.kind, service, container };
    const found = container.Config.Labels ?? {};
    const wanted = containerLabels(deployment, service);
    const isOutdated = found[labels.spec] !== wanted[labels.spec] || found[labels.stack] !== deployment.id;
    const name = nameOf(container.Name);
    if (name !== service.name && !isOutdated) return { kind: "renamed", service, container, name };
    const condition = conditionDifferences(service, deployment, container, live.at);
    if (isOutdated) return { kind: "outdated", service, container, differences: condition };
    const described =
      live.runtime === "podman"
        ? inDockersWords(container, service, ownValue(live.images, container.Image)?.Config ?? {})
        : container;
    const differences = [
      ...condition,
      ...imageDifferences(service, described, live),
      ...madeDifferences(service, { deployment, wantedLabels: wanted }, described, live, secrets),
      ...hostConfigDifferences(service, deployment, described.HostConfig),
      ...attachmentDifferences(service, described, live, deployment),
      ...fileDifferences(service, ownValue(live.files, container.Id), secrets),
    ];
    return { kind: "own", service, container, differences };
  });
}

type Match =
  { readonly kind: "absent" } | { readonly kind: "foreign" | "copy" | "own"; readonly container: InspectedContainer };

/**
 * The live container that stands for a wanted one: the deployment's own by its labels, whatever it is called, as a rollout
 * may put the specification's hash into names. The name alone decides about strangers.
 */
function matcher(deployment: Realization, live: Live, known: Known | undefined): (wanted: Container) => Match {
  const ids = known && knownIds(known);
  return (wanted) => {
    const named = live.containers.find(({ Name }) => nameOf(Name) === wanted.name);
    if (named !== undefined && !isOwnLabel(named.Config.Labels?.[labels.stack], deployment, known))
      return { kind: "foreign", container: named };
    const labelled = live.containers.filter(({ Config }) => standsFor(Config.Labels, wanted, deployment));
    const own = named === undefined ? labelled : [named, ...labelled];
    const container = own.find(({ Id: id }) => ids === undefined || ids.has(id));
    if (container !== undefined) return { kind: "own", container };
    return named === undefined ? { kind: "absent" } : { kind: "copy", container: named };
  };
}

/** The engine asks what a tag means at each run, so a tag that moved replaces the container. */
function imageDifferences({ image }: Container, { Image: id }: InspectedContainer, live: Live): Difference[] {
  const today = ownValue(live.images, image)?.Id;
  if (today === undefined || today === id) return [];
  return [{ what: `runs image ${short(id)}, ${image} means ${short(today)} now`, cure: "engine" }];
}

/** What follows from its image, too; where that image is gone, that is unknown. */
function madeDifferences(
  service: Container,
  {
    deployment,
    wantedLabels,
  }: { readonly deployment: Realization; readonly wantedLabels: Readonly<Record<string, string>> },
  { Id: id, Image: imageId, Config: config, Mounts: mounts }: InspectedContainer,
  live: Live,
  secrets: SecretTexts,
): Difference[] {
  const image = ownValue(live.images, imageId);
  if (image === undefined) return [];
  return [
    ...configDifferences(service, wantedLabels, { ...config, id }, image.Config ?? {}, secrets),
    ...mountDifferences(service, deployment, mounts, image.Config ?? {}),
  ];
}
