import type { Deployment, Service } from "../deployment/deployment.ts";
import { serviceLabels } from "../deployment/labels.ts";
import { labels } from "../deployment/names.ts";
import { attachmentDifferences } from "./attachments.ts";
import { conditionDifferences } from "./condition.ts";
import type { SecretTexts } from "../deployment/value.ts";
import { configDifferences } from "./config.ts";
import type { Difference } from "./difference.ts";
import { fileDifferences } from "./files.ts";
import { hostConfigDifferences } from "./host-config.ts";
import type { Known } from "./known.ts";
import type { Live, LiveContainer } from "./live.ts";
import { mountDifferences } from "./mounts.ts";
import { inDockersWords } from "./podman.ts";

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
    if (found[labels.stack] !== deployment.id) return { kind: "foreign", service, container };
    if (known !== undefined && known.containers[service.name]?.id !== container.Id)
      return { kind: "copy", service, container };
    const wanted = serviceLabels(deployment, service);
    const condition = conditionDifferences(service, deployment.running, container, live.at);
    if (found[labels.spec] !== wanted[labels.spec])
      return { kind: "outdated", service, container, differences: condition };
    const told = live.podman
      ? inDockersWords(container, service, live.images[container.Image]?.Config ?? {})
      : container;
    const differences = [
      ...condition,
      ...imageDifferences(service, told, live),
      ...madeDifferences(service, wanted, told, live, secrets),
      ...hostConfigDifferences(service, deployment.running, told.HostConfig),
      ...attachmentDifferences(service, told, live.networks),
      ...fileDifferences(service, live.files[container.Id], secrets),
    ];
    return { kind: "own", service, container, differences };
  });
}

export const nameOf = (name: string): string => name.replace(/^\//, "");

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
  const today = live.images[image]?.Id;
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
  const image = live.images[imageId];
  if (image === undefined) return [];
  return [
    ...configDifferences(service, wantedLabels, { ...config, id }, image.Config ?? {}, secrets),
    ...mountDifferences(service, mounts, image.Config ?? {}),
  ];
}

/** As Docker shows ids. */
export const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);
