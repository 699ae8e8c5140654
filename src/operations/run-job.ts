import { once } from "node:events";
import { Writable } from "node:stream";
import type Dockerode from "dockerode";
import type { JobContainer, Realization } from "../deployment/realization.ts";
import { patience } from "../deployment/job-end.ts";
import { labels } from "../deployment/label-names.ts";
import { specHash } from "../deployment/spec.ts";
import { masked } from "../deployment/value.ts";
import { dockerClient } from "../docker/client.ts";
import { linewise } from "./deploy.ts";
import { onEndSignals, uninterrupted } from "../engine/signals.ts";
import { reaching } from "./reaching.ts";

export type JobRun =
  | {
      readonly kind: "ended";
      readonly exitCode: number;
      readonly isOverdue: boolean;
      /** A signal asked berth to end, and it stopped the job. */
      readonly isInterrupted: boolean;
    }
  /** `absent`: no `up` has made it yet; `outdated`: it was created from another specification than the stack has now. */
  | { readonly kind: "absent" | "outdated" | "running" };

export interface RunJobOptions {
  /** Told every line that the job prints. */
  readonly line: (text: string) => void;
  /** Texts that are masked in these lines; asked for just before the job is started. */
  readonly secrets: () => Promise<readonly string[]>;
}

/**
 * Re-runs a job in the container that the last `up` created for it: with all that it had then. It is stopped when its
 * time is over or this process is to end, and killed where it is asked to end again. One that failed is repeated by the
 * next `up`.
 * @throws NotReached where the host does not answer; Stopped where it cannot start it
 */
export async function runJob(
  deployment: Realization,
  job: JobContainer,
  { line, secrets }: RunJobOptions,
): Promise<JobRun> {
  const { url } = deployment.endpoint;
  const { timeout } = job;
  const docker = await reaching(url, () => dockerClient(url, { timeout: patience(timeout + 120) }));
  const found = await reaching(url, () => containerOf(docker, deployment, job));
  if (typeof found === "string") return { kind: found };
  const texts = await secrets();
  // Lines are masked one by one, and a secret may have several.
  const hidden = [...texts, ...texts.flatMap((text) => text.split("\n")).filter(({ length }) => length >= 8)];
  const output = linewise((text) => line(masked(text, hidden)));
  const ended = await reaching(url, () => uninterrupted(() => run(docker, found, patience(timeout), output.piece)));
  output.end();
  return { kind: "ended", ...ended };
}

async function containerOf(docker: Dockerode, { id, prefix }: Realization, job: JobContainer) {
  const own = [`${labels.stack}=${id}`, `${labels.service}=${job.key}`];
  const [found] = await docker.listContainers({ all: true, filters: { label: own } });
  if (found === undefined) return "absent";
  if (found.Labels[labels.spec] !== specHash(job, prefix)) return "outdated";
  return found.State === "running" ? "running" : docker.getContainer(found.Id);
}

async function run(docker: Dockerode, container: Dockerode.Container, time: number, said: (text: string) => void) {
  const sink = new Writable({ write: (chunk: Buffer, _, next) => (said(chunk.toString()), next()) });
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  docker.modem.demuxStream(stream, sink, sink);
  const silent = once(stream, "end");
  await container.start();
  let [isOverdue, isInterrupted] = [false, false];
  const timer = setTimeout(() => {
    isOverdue = true;
    void container.stop().catch(() => {}); // the wait for its end reports it
  }, time);
  const release = onEndSignals((count) => {
    isInterrupted = true;
    void (count === 1 ? container.stop() : container.kill()).catch(() => {});
  });
  const { StatusCode: exitCode } = (await container.wait().finally(() => (clearTimeout(timer), release()))) as {
    StatusCode: number;
  };
  await silent;
  return { exitCode, isOverdue, isInterrupted };
}
