import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { JobContainer } from "../deployment/realization.ts";
import { failedEnd } from "../deployment/job-end.ts";
import { masked } from "../deployment/value.ts";
import { type JobHost, JobWatch } from "./job-watch.ts";
import type { Secrets } from "./values.ts";

/**
 * Makes a job's failure a failure of the `up`: the provider waits for the end of an attached container and then
 * leaves its exit code alone. One that runs for too long is ended, so that it fails.
 * @returns 0, or an error with the job's log (secrets in it masked) once it is known.
 */
export function jobSuccess(
  job: JobContainer,
  container: docker.Container,
  secrets: Secrets,
  host?: JobHost,
): pulumi.Output<number> {
  const watch = pulumi.runtime.isDryRun() ? undefined : host && new JobWatch(job, host);
  return pulumi
    .all([container.exitCode, container.containerLogs, pulumi.all(Object.values(secrets))])
    .apply(([exitCode, log, texts]) => {
      const failure = jobFailure(job, exitCode, log, texts, watch?.end());
      if (failure !== undefined) throw new pulumi.RunError(failure);
      return 0;
    });
}

/** What went wrong with a job, with the last lines it said; undefined for one that succeeded, or whose end is not known. */
export function jobFailure(
  job: Pick<JobContainer, "name" | "key" | "timeout">,
  exitCode: number | undefined,
  log: string | undefined,
  secrets: readonly string[],
  isOverdue = false,
): string | undefined {
  const end = exitCode === undefined ? undefined : failedEnd(job, { exitCode, isOverdue });
  if (end === undefined) return undefined;
  const lines = masked(log ?? "", secrets)
    .trimEnd()
    .split("\n")
    .slice(-40)
    .join("\n  ");
  return `the job ${job.name} ${end}; what it said last:\n  ${lines}`;
}
