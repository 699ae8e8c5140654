import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { explain } from "../docker/failure.ts";
import type { HostReport } from "./snapshot.ts";
import type { Live } from "./inspected.ts";

export type LiveReport = ({ readonly kind: "seen" } & Live) | Extract<HostReport, { kind: "unreachable" }>;

/**
 * What of a snapshot concerns some deployments, in Docker's words: see `Live`. A container that Docker lists and cannot
 * describe must not pass for one that is gone: then there is no report.
 */
export function liveReport(host: HostReport, deployments: readonly Realization[]): LiveReport {
  if (host.kind === "unreachable") return host;
  const own = host.containers.filter(concerns(deployments));
  const hidden = own.find(({ undescribed }) => undescribed !== undefined);
  if (hidden?.undescribed !== undefined)
    return { kind: "unreachable", endpoint: host.endpoint, ...explain(host.endpoint.url, hidden.undescribed) };
  return {
    kind: "seen",
    at: host.at,
    runtime: host.podman === undefined ? "docker" : "podman",
    containers: own.flatMap(({ inspect }) => inspect ?? []),
    volumes: host.volumes.map(({ inspect }) => inspect),
    networks: host.networks.map(({ inspect }) => inspect),
    images: Object.fromEntries(
      Object.entries(host.images).map(([name, report]) => [name, report.kind === "here" ? report.image : undefined]),
    ),
    files: host.files,
    notLookedAt: host.ownGaps,
  };
}

/** Whether a container has a name that a deployment wants, or a deployment's label. */
export function concerns(
  deployments: readonly Realization[],
): (container: { readonly name: string; readonly labels: Readonly<Record<string, string>> }) => boolean {
  const names = new Set(deployments.flatMap(({ containers }) => containers.map(({ name }) => name)));
  const ids = new Set(deployments.map(({ id }) => id));
  return ({ name, labels: own }) => names.has(name) || ids.has(own[labels.stack] ?? "");
}
