import { nameOf, short } from "../notation/docker-names.ts";
import type { Deployment, Service } from "../deployment/deployment.ts";
import { serviceLabels } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
import { attachmentDifferences } from "./attachments.ts";
import { conditionDifferences } from "./condition.ts";
import type { SecretTexts } from "../deployment/value.ts";
import { configDifferences } from "./config.ts";
import type { Difference } from "./difference.ts";
import { fileDifferences } from "./files.ts";
import { hostConfigDifferences } from "./host-config.ts";
import { isOwnLabel, type Known } from "../engine/state.ts";
import type { Live, LiveContainer } from "../host/live.ts";
import { mountDifferences } from "./mounts.ts";
import { inDockersWords } from "./podman.ts";
import { ownValue } from "../notation/own-value.ts";

/** What has become of the container of one service. */
export type ContainerDrift = { readonly service: Service } & (
  | { readonly kind: "absent" }
  /** It has our name and not our label. */
  | { readonly kind: "foreign"; readonly container: LiveContainer }
  /** It has our labels, and is not the one that the engine made. */
  | { readonly kind: "copy"; readonly container: LiveContainer }
  | { readonly kind: "renamed"; readonly container: LiveContainer; readonly name: string }
  /** It was made from another specification: the coming `up` replaces it. */
  | { readonly kind: "outdated"; readonly container: LiveContainer; readonly differences: readonly Difference[] }
  | { readonly kind: "own"; readonly container: LiveContainer; readonly differences: readonly Difference[] }
);

/** Compares each service's container with what is live; pure. */
export function containerDrifts(
  deployment: Deployment,
  live: Live,
  { secrets = {}, known }: { readonly secrets?: SecretTexts; readonly known?: Known } = {},
): ContainerDrift[] {
  return deployment.services.map((service): ContainerDrift => {
    const container = live.containers.find(({ Name }) => nameOf(Name) === service.name);
    if (container === undefined) {
      const elsewhere = live.containers.find((other) => isRenamed(other, deployment, service, known));
      return elsewhere === undefined
        ? { kind: "absent", service }
        : { kind: "renamed", service, container: elsewhere, name: nameOf(elsewhere.Name) };
    }
    const found = container.Config.Labels ?? {};
    if (!isOwnLabel(found[labels.stack], deployment, known)) return { kind: "foreign", service, container };
    if (known !== undefined && ownValue(known.containers, service.name)?.id !== container.Id)
      return { kind: "copy", service, container };
    const wanted = serviceLabels(deployment, service);
    const condition = conditionDifferences(service, deployment, container, live.at);
    if (found[labels.spec] !== wanted[labels.spec] || found[labels.stack] !== deployment.id)
      return { kind: "outdated", service, container, differences: condition };
    const told = live.podman
      ? inDockersWords(container, service, ownValue(live.images, container.Image)?.Config ?? {})
      : container;
    const differences = [
      ...condition,
      ...imageDifferences(service, told, live),
      ...madeDifferences(service, wanted, told, live, secrets),
      ...hostConfigDifferences(service, deployment, told.HostConfig),
      ...attachmentDifferences(service, told, live.networks),
      ...fileDifferences(service, ownValue(live.files, container.Id), secrets),
    ];
    return { kind: "own", service, container, differences };
  });
}

function isRenamed({ Id: id, Config: config }: LiveContainer, deployment: Deployment, service: Service, known?: Known) {
  const found = config.Labels ?? {};
  const ours =
    found[labels.stack] === deployment.id &&
    found[labels.service] === service.key &&
    found[labels.prefix] === deployment.prefix;
  return ours && (known === undefined || Object.values(known.containers).some((container) => container.id === id));
}

/** The engine asks what a tag means at each run, so a tag that moved replaces the container. */
function imageDifferences({ image }: Service, { Image: id }: LiveContainer, live: Live): Difference[] {
  const today = ownValue(live.images, image)?.Id;
  if (today === undefined || today === id) return [];
  return [{ what: `runs image ${short(id)}, ${image} means ${short(today)} now`, cure: "engine" }];
}

/** What follows from its image, too; where that image is gone, it cannot be told. */
function madeDifferences(
  service: Service,
  wantedLabels: Readonly<Record<string, string>>,
  { Id: id, Image: imageId, Config: config, Mounts: mounts }: LiveContainer,
  live: Live,
  secrets: SecretTexts,
): Difference[] {
  const image = ownValue(live.images, imageId);
  if (image === undefined) return [];
  return [
    ...configDifferences(service, wantedLabels, { ...config, id }, image.Config ?? {}, secrets),
    ...mountDifferences(service, mounts, image.Config ?? {}),
  ];
}
