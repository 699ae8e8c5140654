import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Dockerode from "dockerode";
import type { Deployment, LongRunning } from "../deployment/deployment.ts";
import type { Container, ServiceContainer } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { type Moment, patienceFor, verdictOf } from "../deployment/settling.ts";
import { dockerClient } from "../docker/client.ts";
import { explain, failureOf } from "../docker/failure.ts";

/** Why a service is not up, and what its container printed last. */
export interface NotUp {
  readonly reason: string;
  readonly log: string;
}

/** Where a deployment's services run: whether each has come up, and how they are stopped. */
export function serviceHost({ id, endpoint: { url } }: Deployment, between = 500) {
  const client = (): Promise<Dockerode> => dockerClient(url, { timeout: 60_000 });
  return {
    /** Waits until it is decided whether a service stays up. @returns undefined where it does */
    notUp: async (service: Pick<ServiceContainer, "name" | "health">): Promise<NotUp | undefined> => {
      try {
        const docker = await client();
        const container = docker.getContainer(service.name);
        const reason = await settled(container, service, { skew: await clockSkew(docker), between });
        return reason === undefined ? undefined : { reason, log: await lastLines(docker, container) };
      } catch (error) {
        return { reason: `could not be inspected: ${explain(url, failureOf(error)).reason}`, log: "" };
      }
    },
    /** Stops what runs of the deployment, each service before those that it depends on. */
    stop: async (containers: readonly Container[]): Promise<void> => {
      const docker = await dockerClient(url, { timeout: 600_000 });
      const running = await docker.listContainers({ filters: { label: [`${labels.stack}=${id}`] } });
      const stopped = new Map<string, Promise<unknown>>();
      // Containers come after those that they depend on.
      for (const { key, stopGrace } of [...containers].reverse()) {
        const dependents = containers.filter(({ dependsOn }) => dependsOn.some(({ service }) => service === key));
        const before = Promise.all(dependents.flatMap((dependent) => stopped.get(dependent.key) ?? []));
        const own = running.filter(({ Labels }) => Labels[labels.service] === key);
        const stopping = before.then(() =>
          Promise.all(
            own.map(({ Id }) =>
              docker
                .getContainer(Id)
                .stop({ t: Math.ceil(stopGrace) })
                .catch(unlessStopped),
            ),
          ),
        );
        stopped.set(key, stopping);
      }
      await Promise.all(stopped.values());
    },
  };
}

/** @returns what is wrong with the service's container in the end, if anything is */
async function settled(
  container: Dockerode.Container,
  service: Pick<LongRunning, "health">,
  { skew, between }: { readonly skew: number; readonly between: number },
): Promise<string | undefined> {
  const since = Date.now() + skew;
  const until = Date.now() + patienceFor(service);
  for (;;) {
    const verdict = verdictOf(service, momentOf(await container.inspect(), { since, at: Date.now() + skew }));
    if (verdict.kind === "up") return undefined;
    if (verdict.kind === "failed" || Date.now() > until) return verdict.reason;
    await new Promise((done) => setTimeout(done, between));
  }
}

/** By the clock of the container's host, in milliseconds since 1970: when the wait began, and now. */
interface Times {
  readonly since: number;
  readonly at: number;
}

function momentOf(
  { State: state, RestartCount: restarts }: Dockerode.ContainerInspectInfo,
  { since, at }: Times,
): Moment {
  return {
    state: state.Status,
    exitCode: state.ExitCode,
    error: state.Error,
    restarts,
    uptime: at - Date.parse(state.StartedAt),
    health: state.Health?.Status === "none" ? undefined : state.Health?.Status,
    checks: (state.Health?.Log ?? []).filter(({ Start }) => Date.parse(Start) >= since).length,
  };
}

/** How far the clock of the host is before ours, in milliseconds. */
async function clockSkew(docker: Dockerode): Promise<number> {
  const { SystemTime: time } = (await docker.info()) as { SystemTime?: string };
  return time === undefined ? 0 : Date.parse(time) - Date.now();
}

/** The last lines of both streams; what cannot be read is left out, as the reason is reported anyway. */
async function lastLines(docker: Dockerode, container: Dockerode.Container): Promise<string> {
  try {
    const said = await container.logs({ stdout: true, stderr: true, tail: 20 });
    const { Config } = await container.inspect();
    if (Config.Tty) return said.toString();
    const raw = new PassThrough();
    const both = new PassThrough();
    docker.modem.demuxStream(raw, both, both);
    raw.on("end", () => both.end());
    raw.end(said);
    return await text(both);
  } catch {
    return "";
  }
}

/** 304: it did not run; 404: it is gone. */
function unlessStopped(error: Error & { statusCode?: number }): void {
  if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
}
