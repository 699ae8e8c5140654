import type { Finding } from "../findings/finding.ts";
import { docker } from "../findings/remedy.ts";
import type { Realization } from "../deployment/realization.ts";
import type { Source } from "../findings/finding.ts";
import type { HostSnapshot } from "./snapshot.ts";

/** Networks of the host that deployments join and that are not there: their `up` would fail. */
export const missingNetworks = (host: HostSnapshot, deployments: readonly Realization[]): Finding[] => {
  const there = new Set(host.networks.map(({ name }) => name));
  return deployments
    .filter(({ endpoint }) => endpoint.id === host.endpoint.id)
    .flatMap((deployment) =>
      [...joinedBy(deployment)].flatMap(([name, source]): Finding[] =>
        there.has(name)
          ? []
          : [
              {
                code: "network-missing",
                severity: "error",
                kind: "network",
                key: name,
                message: `the external network ${name} does not exist on ${deployment.endpoint.name}`,
                wanted: { stack: deployment.stack, ...source },
                remedy: docker(deployment.endpoint.url, "network", "create", name),
                remedyNote: "or bring up what creates it",
              },
            ],
      ),
    );
};

/** Each network by its name, with the place that names it. */
function joinedBy({ services, externalNetworks }: Realization): Map<string, Source> {
  const byMode = services.flatMap(({ networkMode, source }) =>
    networkMode?.kind === "network" ? [[networkMode.network, source] as const] : [],
  );
  const used = new Set(services.flatMap(({ attachments }) => attachments.map(({ network }) => network)));
  const external = externalNetworks.filter(({ name }) => used.has(name));
  return new Map([...byMode, ...external.map(({ name, source }) => [name, source] as const)]);
}
