import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../deployment/deployment.ts";
import type { Secrets } from "./values.ts";

/**
 * Makes a job's failure a failure of the `up`: the provider waits for the end of an attached container and then
 * leaves its exit code alone.
 * @returns the exit code, or an error with the job's log (secrets in it masked) once it is known.
 */
export function jobSuccess(service: Service, container: docker.Container, secrets: Secrets): pulumi.Output<number> {
  const masked = Object.values(secrets);
  return pulumi
    .all([container.exitCode, container.containerLogs, pulumi.all(masked)])
    .apply(([exitCode, log, texts]) => {
      if (exitCode === undefined || exitCode === 0) return 0;
      const shown = texts
        .filter((text) => text !== "")
        .reduce((rest, text) => rest.replaceAll(text, "[secret]"), log ?? "");
      const lines = shown.trimEnd().split("\n").slice(-40).join("\n  ");
      throw new pulumi.RunError(
        `the job ${service.name} ended with exit code ${exitCode}; what it said last:\n  ${lines}`,
      );
    });
}
