import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { type Connection, withConnection } from "./connection.ts";
import { answer } from "./docker-answer.ts";
import { explain, failureOf } from "./docker-failure.ts";

/** Milliseconds for a registry's answer, which the daemon asks for; the host itself answers at once. */
const registryTimeout = 15_000;

/**
 * Images of deployments that are neither on their host nor in a registry that the host can pull from: a container would
 * be deleted first, and its successor could not be made.
 */
export async function missingImages(deployments: readonly Deployment[]): Promise<Finding[]> {
  const found = new Map<string, Promise<string | undefined>>();
  const findings = deployments.flatMap((deployment) =>
    [...new Set(deployment.services.map(({ image }) => image))].map(async (image): Promise<Finding[]> => {
      const { url } = deployment.endpoint;
      const key = `${url} ${image}`;
      const problem = found.get(key) ?? whyMissing(url, image);
      found.set(key, problem);
      const message = await problem;
      return message === undefined ? [] : [finding(deployment, image, message)];
    }),
  );
  return (await Promise.all(findings)).flat();
}

function finding(deployment: Deployment, image: string, message: string): Finding {
  const services = deployment.services.filter((service) => service.image === image);
  return {
    code: "image-missing",
    severity: "error",
    kind: "image",
    key: image,
    message,
    wanted: { stack: deployment.stack, service: services.at(-1)?.key, ...deployment.sources.image },
    remedy: `docker pull ${image}`,
    remedyNote: `or name another: pulumi config set --path berth:images.${services.at(-1)?.key ?? "app"} … -s ${deployment.stack}`,
  };
}

/** Undefined where the image can be had. A host that does not answer is another finding. */
async function whyMissing(endpoint: string, image: string): Promise<string | undefined> {
  try {
    await withConnection(endpoint, async (connection) => {
      if (await answers(connection, `/images/${encodeURIComponent(image)}/json`, 10_000)) return;
      await answer(connection, `/distribution/${image}/json`, registryTimeout);
    });
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "status") return `it is not on the host, and no registry gives it: ${failure.message}`;
    return failure.kind === "time-out"
      ? `it is not on the host, and its registry gave no answer within ${registryTimeout / 1000} s`
      : explainHost(endpoint, error);
  }
}

const explainHost = (endpoint: string, error: unknown): string =>
  `it could not be looked for: ${explain(endpoint, failureOf(error)).reason}`;

async function answers(connection: Connection, path: string, timeout: number): Promise<boolean> {
  try {
    await answer(connection, path, timeout);
    return true;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "status" && failure.status === 404) return false;
    throw error;
  }
}
