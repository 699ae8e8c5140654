import { askKey, docker, setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import type { Realization } from "../deployment/realization.ts";
import { unreadableFiles } from "../deployment/file-access.ts";
import { labels } from "../deployment/label-names.ts";
import { standsFor } from "../deployment/labels.ts";
import { specHash } from "../deployment/spec.ts";
import { withDocker } from "../docker/api.ts";
import { explain, failureOf } from "../docker/failure.ts";
import type { HostSnapshot, LiveContainer } from "./snapshot.ts";
import { ownValue } from "../notation/own-value.ts";
import { buildCommandOf, sampleFor } from "./sample-images.ts";

/** Milliseconds for a registry's answer, which the daemon asks for; the host itself answers at once. */
const registryTimeout = 15_000;

/** By image name, Docker's id of the image. */
export type HeldImages = Readonly<Record<string, string>>;

export interface ImageFindings {
  readonly findings: readonly Finding[];
  /** By a deployment's id, the images whose names are gone and whose containers are there: see `heldImage`. */
  readonly held: Readonly<Record<string, HeldImages>>;
}

/**
 * Images of deployments that are neither on their host nor in a registry that the host can pull from: a container would
 * be deleted first, and its successor could not be made.
 * @param hosts what is live; of a deployment on none of these nothing is known
 */
export async function observeImages(
  deployments: readonly Realization[],
  hosts: readonly HostSnapshot[],
): Promise<ImageFindings> {
  const missing = memoized(whyMissing);
  const looks = deployments.flatMap((deployment) => {
    const host = hosts.find(({ endpoint }) => endpoint.id === deployment.endpoint.id);
    if (host === undefined) return [];
    // What is built is there when it is needed.
    const built = new Set(deployment.services.flatMap(({ image, build }) => (build === undefined ? [] : [image])));
    const images = new Set(deployment.services.map(({ image }) => image).filter((image) => !built.has(image)));
    return [...images].map((image) => lookFor(image, deployment, host, missing));
  });
  return reportOf(await Promise.all(looks));
}

async function lookFor(
  image: string,
  deployment: Realization,
  host: HostSnapshot,
  missing: typeof whyMissing,
): Promise<Look> {
  const local = ownValue(host.images, image);
  if (local?.kind === "here") return { deployment, image, user: local.image.Config?.User };
  if (local?.kind === "unknown") return { deployment, image, message: notGiven(local.message) };
  const held = heldImage(deployment, image, host);
  // A deployment that stops creates nothing.
  if (held !== undefined && !deployment.running) return { deployment, image, held };
  const message = await missing(host.endpoint.url, image);
  if (message === undefined) return { deployment, image };
  return held !== undefined && ownValue(host.images, held)?.kind === "here"
    ? { deployment, image, held }
    : { deployment, image, message };
}

/** Asks once for each image of an endpoint. */
function memoized<T>(ask: (endpoint: string, image: string) => Promise<T>): typeof ask {
  const answers = new Map<string, Promise<T>>();
  return (endpoint, image) => {
    const key = `${endpoint} ${image}`;
    const known = answers.get(key) ?? ask(endpoint, image);
    answers.set(key, known);
    return known;
  };
}

interface Look {
  readonly deployment: Realization;
  readonly image: string;
  /** As which its processes run where nothing else is said; empty for root. */
  readonly user?: string;
  /** Why the image cannot be had. */
  readonly message?: string;
  /** The image of the containers, where the name is gone. */
  readonly held?: string;
}

function reportOf(looks: readonly Look[]): ImageFindings {
  const held: Record<string, Record<string, string>> = {};
  for (const { deployment, image, held: id } of looks)
    if (id !== undefined) held[deployment.id] = { ...ownValue(held, deployment.id), [image]: id };
  const findings = looks.flatMap(({ deployment, image, message, user }) => [
    ...(message === undefined ? [] : [finding(deployment, image, message)]),
    ...unreadableFiles(deployment, (service) =>
      service.image === image && service.user === undefined ? user || undefined : undefined,
    ),
  ]);
  return { findings, held };
}

/**
 * The image from which all containers of an image's services were created, where each has the specification that it is to
 * have: `docker rmi` took the name from the image, and nothing else is asked of it. Undefined where one is to be created.
 */
function heldImage(deployment: Realization, image: string, { containers }: HostSnapshot): string | undefined {
  const ids = deployment.containers
    .filter((wanted) => wanted.image === image)
    .map((wanted) => {
      const spec = specHash(wanted, deployment.prefix);
      const isItsOwn = ({ labels: found }: LiveContainer): boolean =>
        standsFor(found, wanted, deployment) && found[labels.spec] === spec;
      return containers.find(isItsOwn)?.imageId;
    });
  return new Set(ids).size === 1 ? ids[0] : undefined;
}

function finding(deployment: Realization, image: string, message: string): Finding {
  // The app comes last; what names the image is one place, whichever services follow it.
  const service = [...deployment.services].reverse().find((each) => each.image === image);
  const key = service?.key ?? "app";
  return {
    code: "image-missing",
    severity: "error",
    kind: "image",
    key: image,
    message,
    wanted: { stack: deployment.stack, service: key, ...ownValue(deployment.sources.images, key) },
    ...remedyFor(deployment, image, key),
  };
}

/** A pull is the remedy only of an image that a registry can have. */
function remedyFor(
  { stack, endpoint }: Realization,
  image: string,
  key: string,
): Pick<Finding, "remedy" | "remedyNote"> {
  const remedyNote = ["or name another:", askKey(["images", key], stack)];
  const build = buildCommandOf(image);
  if (build !== undefined) return { remedy: { kind: "shell", argv: build, endpoint: endpoint.url }, remedyNote };
  const sample = sampleFor(image);
  if (sample !== undefined)
    return {
      remedy: setKey(["images", key], sample, stack),
      remedyNote: `deploys the sample app; for your own, build or load ${image} on this host`,
    };
  return { remedy: docker(endpoint.url, "pull", image), remedyNote };
}

/** Undefined where a registry gives the image. */
async function whyMissing(endpoint: string, image: string): Promise<string | undefined> {
  try {
    await withDocker(endpoint, (docker) => docker.get(`/distribution/${image}/json`), registryTimeout);
    return undefined;
  } catch (error) {
    return messageOf(endpoint, error);
  }
}

const notGiven = (why: string): string => `it is not on the host, and no registry gives it: ${why}`;

/** A host that does not answer is another finding. */
function messageOf(endpoint: string, error: unknown): string {
  const failure = failureOf(error);
  if (failure.kind === "status") return notGiven(failure.message);
  return failure.kind === "time-out"
    ? `it is not on the host, and its registry gave no answer within ${registryTimeout / 1000} s`
    : `it could not be looked for: ${explain(endpoint, failure).reason}`;
}
