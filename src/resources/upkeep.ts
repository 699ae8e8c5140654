import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceContainer } from "../deployment/realization.ts";
import { masked } from "../deployment/value.ts";
import type { Secrets } from "./values.ts";

/** Looks after services on the host where they run. Never throws. */
export interface ServiceHost {
  /** Waits until it is decided whether a service stays up: undefined where it does. */
  readonly notUp: (
    service: Pick<ServiceContainer, "name" | "health">,
  ) => Promise<{ readonly reason: string; readonly log: string } | undefined>;
}

/**
 * Why a service is not up once the engine is done with its container, with the last lines it printed (secrets in them
 * masked). The provider waits for nothing after a container that it updates or leaves as it is, nor for one that has no
 * health check.
 */
export const serviceFailure = (
  service: ServiceContainer,
  container: docker.Container,
  secrets: Secrets,
  host: ServiceHost,
): pulumi.Output<string | undefined> =>
  pulumi.all([container.id, pulumi.all(Object.values(secrets))]).apply(async ([, texts]) => {
    if (pulumi.runtime.isDryRun()) return undefined;
    const found = await host.notUp(service);
    if (found === undefined) return undefined;
    const log = masked(found.log, texts).trimEnd();
    const lines = log === "" ? "it printed nothing" : `its last lines:\n  ${log.split("\n").slice(-20).join("\n  ")}`;
    return `the service ${service.name} ${found.reason}; ${lines}`;
  });

/** Makes failures of services one failure of the `up`, when all of them are known. */
export const allUp = (failures: readonly pulumi.Output<string | undefined>[]): pulumi.Output<number> =>
  pulumi.all([...failures]).apply((found) => {
    const failed = found.filter((failure) => failure !== undefined);
    if (failed.length > 0) throw new pulumi.RunError(failed.join("\n"));
    return found.length;
  });
