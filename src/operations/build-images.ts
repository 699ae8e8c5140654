import type { Build } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { completeText, masked, type SecretTexts } from "../deployment/value.ts";
import { packBuildContext } from "../disk/build-context.ts";
import { withDocker } from "../docker/api.ts";
import type { BuildEnd, Builder } from "../docker/build.ts";
import { failureOf } from "../docker/failure.ts";

/** An image that is not there yet, and what it is built from. */
export interface PendingBuild {
  readonly image: string;
  /** The service that it is built for. */
  readonly service: string;
  readonly build: Build;
}

/** The images of a deployment that are built and that its host does not have. */
export async function pendingBuilds({ services, endpoint }: Realization): Promise<PendingBuild[]> {
  const wanted = services.flatMap(({ key, image, build }) =>
    build === undefined ? [] : [{ image, service: key, build }],
  );
  if (wanted.length === 0) return [];
  return withDocker(endpoint.url, async (docker) => {
    const missing = await Promise.all(
      wanted.map(({ image }) =>
        docker.get(`/images/${encodeURIComponent(image)}/json`).then(
          () => false,
          (error: unknown) => {
            const failure = failureOf(error);
            if (failure.kind === "status" && failure.status === 404) return true;
            throw error;
          },
        ),
      ),
    );
    return wanted.filter((_, index) => missing[index]);
  });
}

/** As long as a build may take until Docker answers at all: it reads the whole context first. */
const patience = 3_600_000;

/**
 * Builds images one after the other, so that their logs can be read.
 * @param line receives what the builds print, secrets masked
 * @returns why the first one that failed did, with the end of its log; undefined where all are there
 */
export async function buildImages(
  deployment: Realization,
  builds: readonly PendingBuild[],
  secrets: SecretTexts,
  line: (text: string) => void,
): Promise<string | undefined> {
  if (builds.length === 0) return undefined;
  const [{ buildImage }, { dockerClient }, { loginFor, registryLogins }] = await Promise.all([
    import("../docker/build.ts"),
    import("../docker/client.ts"),
    import("../docker/logins.ts"),
  ]);
  const { url } = deployment.endpoint;
  const docker = await dockerClient(url, { timeout: patience });
  const builder = await builderOf(url);
  const logins = await registryLogins();
  const hidden = Object.values(secrets);
  for (const { image, service, build } of builds) {
    line(`building ${image} for ${service}`);
    const { archive: context, dockerfile } =
      build.remote === undefined
        ? packBuildContext(contextWish(build))
        : { archive: { remote: build.remote }, dockerfile: build.dockerfile };
    const end = await buildImage(
      docker,
      {
        tag: image,
        context,
        dockerfile,
        args: build.args,
        labels: { ...build.labels, [labels.stack]: deployment.id, [labels.service]: service },
        secrets: Object.fromEntries(build.secrets.map(({ id, value }) => [id, completeText(value, secrets)])),
        ...optional(build),
      },
      {
        builder,
        logins,
        login: (host) => loginFor(logins, host),
        line: (text) => line(`  ${masked(text, hidden)}`),
      },
    );
    if (!end.ok) return failureText(service, end, hidden);
  }
  return undefined;
}

const contextWish = ({ folder = "", dockerfile, inline, project }: Build) => ({ folder, dockerfile, inline, project });

const optional = ({ target, platform, cacheFrom, network, extraHosts, sharedMemory, pull, noCache }: Build) => ({
  target,
  platform,
  cacheFrom,
  network,
  extraHosts,
  sharedMemory,
  pull,
  noCache,
});

function failureText(service: string, end: BuildEnd & { readonly ok: false }, hidden: readonly string[]): string {
  const lines = end.log.map((text) => `\n  ${masked(text, hidden)}`).join("");
  const log = lines === "" ? "it printed nothing" : `its last lines:${lines}`;
  return `the image of the service ${service} cannot be built: ${masked(end.message, hidden)}; ${log}`;
}

/** Docker has BuildKit since 18.09; Podman, and a connection over which nothing can call back, build without it. */
async function builderOf(url: string): Promise<Builder> {
  const version = await withDocker(url, (docker) =>
    docker.get<{ readonly ApiVersion?: string; readonly Components?: readonly { readonly Name: string }[] }>(
      "/version",
    ),
  );
  const [major = 0, minor = 0] = (version.ApiVersion ?? "").split(".").map(Number);
  const isPodman = version.Components?.some(({ Name: name }) => name.startsWith("Podman")) === true;
  const isRecent = major > 1 || (major === 1 && minor >= 39);
  return isRecent && !isPodman && !url.startsWith("ssh:") ? "buildkit" : "classic";
}
