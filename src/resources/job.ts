import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../deployment/deployment.ts";
import type { Secrets } from "./values.ts";

/**
 * Makes a job's failure a failure of the `up`: the provider waits for the end of an attached container and then
 * leaves its exit code alone.
 * @returns 0, or an error with the job's log (secrets in it masked) once it is known.
 */
export function jobSuccess(service: Service, container: docker.Container, secrets: Secrets): pulumi.Output<number> {
  return pulumi
    .all([container.exitCode, container.containerLogs, pulumi.all(Object.values(secrets))])
    .apply(([exitCode, log, texts]) => {
      const failure = jobFailure(service.name, exitCode, log, texts);
      if (failure !== undefined) throw new pulumi.RunError(failure);
      return 0;
    });
}

/** What went wrong with a job, with the last lines it said; undefined for one that succeeded, or whose end is not known. */
export function jobFailure(
  name: string,
  exitCode: number | undefined,
  log: string | undefined,
  secrets: readonly string[],
): string | undefined {
  if (exitCode === undefined || exitCode === 0) return undefined;
  // The longest first: a secret may be the beginning of another one.
  const shown = secrets
    .filter((text) => text !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((rest, text) => rest.replaceAll(text, "[secret]"), log ?? "");
  const lines = shown.trimEnd().split("\n").slice(-40).join("\n  ");
  return `the job ${name} ended with exit code ${exitCode}; what it said last:\n  ${lines}`;
}
