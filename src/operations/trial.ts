import { randomBytes } from "node:crypto";
import type Dockerode from "dockerode";
import type { Finding } from "../findings/finding.ts";
import { instruction } from "../findings/remedy.ts";
import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { nothing, type Trial, trialContainer } from "../drift/trial.ts";
import { dockerClient } from "../docker/client.ts";
import { failureOf } from "../docker/failure.ts";

/**
 * Lets Docker judge values that only it can: what the host's kernel, log plugins and images have. The engine deletes a
 * container before it creates its successor, so each that is about to be created is tried before anything is changed.
 */

/** What Docker refuses of these; empty where it cannot be asked, which the engine finds out by itself. */
export async function trialFindings(deployment: Realization, trials: readonly Trial[]): Promise<Finding[]> {
  if (trials.length === 0) return [];
  const docker = await dockerClient(deployment.endpoint.url, { timeout: 60_000 });
  await removeLeft(docker, deployment.id);
  const refused = await Promise.all(trials.map((trial) => tried(docker, deployment, trial)));
  return refused.flatMap((words, index): Finding[] => {
    const service = trials[index]?.service;
    if (words === undefined || service === undefined) return [];
    const { file, path } = service.source;
    return [
      {
        code: "value-refused",
        severity: "error",
        kind: "configuration",
        key: service.name,
        message: `Docker refuses the container: ${words}`,
        wanted: { stack: deployment.stack, service: service.key, ...service.source },
        remedy: instruction(`correct the value under ${path} in ${file}`),
        remedyNote: "what runs was left as it is",
      },
    ];
  });
}

/** What a killed run left behind. */
async function removeLeft(docker: Dockerode, id: string): Promise<void> {
  const filters = { label: [`${labels.trial}=${id}`] };
  const left = await docker.listContainers({ all: true, filters }).catch(() => []);
  for (const { Id } of left) await removed(docker.getContainer(Id));
}

/** @returns Docker's words where it refuses the container. */
async function tried(docker: Dockerode, deployment: Realization, trial: Trial): Promise<string | undefined> {
  const name = `berth_trial_${randomBytes(6).toString("hex")}`;
  let container: Dockerode.Container | undefined;
  try {
    container = await docker.createContainer({ name, ...trialContainer(trial, deployment) });
    if (deployment.running) await container.start();
    return undefined;
  } catch (error) {
    return refusal(error);
  } finally {
    if (container !== undefined) await removed(container);
  }
}

const removed = (container: Dockerode.Container): Promise<unknown> =>
  container.remove({ force: true, v: true }).catch(() => undefined);

/** Only an answer about the container counts: not a daemon that is gone, or an image that was just removed. */
function refusal(error: unknown): string | undefined {
  const failure = failureOf(error);
  const { statusCode, json } = error as { statusCode?: number; json?: { message?: unknown } };
  const status = failure.kind === "status" ? failure.status : statusCode;
  const message = failure.kind === "status" ? failure.message : json?.message;
  if ((status !== 400 && status !== 500) || typeof message !== "string" || message.includes(nothing)) return undefined;
  return message
    .replace(/^.*(?:error during container init|unable to start container process|runc create failed): /s, "")
    .replace(/: unknown$/, "")
    .trim();
}
