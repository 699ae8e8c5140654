import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/names.ts";
import type { HostReport } from "./host.ts";

/**
 * By job: what its container shall carry as `berth.attempt`. The engine leaves a job alone that has run, failed or not;
 * so one that failed gets another label, which makes it a new container, and one that succeeded keeps its own.
 */
export function attemptsOf(deployment: Deployment, hosts: readonly HostReport[]): Record<string, string> {
  const host = hosts.find((report) => report.kind === "seen" && report.endpoint === deployment.endpoint.url);
  if (host?.kind !== "seen") return {};
  return Object.fromEntries(
    deployment.services.flatMap((service): [string, string][] => {
      if (service.kind !== "job") return [];
      const container = host.containers.find(
        ({ name, labels: live }) => name === service.name && live[labels.stack] === deployment.id,
      );
      if (container === undefined) return [];
      const failed = container.state !== "running" && (container.exitCode ?? 0) !== 0;
      const attempt = failed ? container.id.slice(0, 12) : container.labels[labels.attempt];
      return attempt === undefined ? [] : [[service.key, attempt]];
    }),
  );
}
