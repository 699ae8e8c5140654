import type { Claim } from "../claims/claim.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";
import type { Inventory } from "../claims/inventory.ts";
import { claimsOf } from "../claims/of-deployment.ts";
import { endpointsOf } from "../deployment/endpoint.ts";
import type { Realization } from "../deployment/realization.ts";
import { attachedFindings } from "../host/attached.ts";
import { missingNetworks } from "../host/external-networks.ts";
import { bindSources } from "../host/bind-sources.ts";
import { observeDirectory } from "../host/directories.ts";
import { isThisMachine } from "../docker/endpoint.ts";
import type { HostReport } from "../host/snapshot.ts";
import { hostClaims } from "./host-claims.ts";
import { type ImageFindings, observeImages } from "../host/images.ts";
import { observeHost } from "../host/observe-host.ts";
import { podmanFinding } from "../host/podman.ts";

export interface Observed {
  readonly inventory: Inventory;
  /** One report for each endpoint that was asked. */
  readonly hosts: readonly HostReport[];
  /** Images whose names are gone from the host, by deployment: see `observeImages`. */
  readonly heldImages: ImageFindings["held"];
}

export interface ObserveOptions {
  /** False: no host is asked, and the inventory says so. */
  readonly live: boolean;
  /** Those that are to come up: their images have to be there, and their networks free to be replaced. */
  readonly starting: readonly Realization[];
  /** Whether the files in containers are read, as far as they hold no secrets: to compare them, not to find conflicts. */
  readonly files?: boolean;
  /** Of which ports the listening processes are to be named: to find one means reading all of /proc. */
  readonly naming: "wanted" | "all";
}

/** Inspects once what deployments could clash with: the deployments themselves, and each of their endpoints live. */
export async function observe(
  deployments: readonly Realization[],
  { live, starting, naming, files = false }: ObserveOptions,
): Promise<Observed> {
  const endpoints = endpointsOf(deployments);
  const wanted = deployments.flatMap(claimsOf);
  if (!live) {
    const notLookedAt = endpoints.map((endpoint) => ({
      what: `the host at ${endpoint.url}`,
      why: "the inventory is taken from files",
    }));
    return { hosts: [], heldImages: {}, inventory: { claims: wanted, capacity: {}, findings: [], notLookedAt } };
  }
  const ports = new Set(wanted.flatMap((claim) => (claim.kind === "hostPort" ? [claim.port] : [])));
  const interest = naming === "all" ? naming : ports;
  const hosts = await Promise.all(
    endpoints.map((endpoint) => {
      const about = starting.filter((deployment) => deployment.endpoint.id === endpoint.id);
      return observeHost(endpoint, { about, interest, ...(files && { files: {} }) });
    }),
  );
  const seen = hosts.filter((host) => host.kind === "seen");
  const answered = new Set(seen.map(({ endpoint }) => endpoint.id));
  const reached = new Set(deployments.flatMap(({ stack, endpoint }) => (answered.has(endpoint.id) ? [stack] : [])));
  const [images, binds, directories] = await Promise.all([
    observeImages(starting, seen),
    bindSources(seen, starting),
    Promise.all(deployments.map(directoryClaims)),
  ]);
  return {
    hosts,
    heldImages: images.held,
    inventory: {
      claims: [...wanted, ...seen.flatMap(hostClaims), ...directories.flatMap(({ claims }) => claims)],
      capacity: Object.fromEntries(seen.map(({ endpoint, capacity }) => [endpoint.id, capacity])),
      findings: [
        ...hosts.flatMap((host) => (host.kind === "seen" ? [] : [hostUnreachable(host)])),
        ...seen.flatMap(podmanFinding),
        ...seen.flatMap((host) => attachedFindings(host, starting)),
        ...seen.flatMap((host) => missingNetworks(host, starting)),
        ...binds.findings,
        ...images.findings.filter(({ wanted }) => reached.has(wanted?.stack ?? "")),
      ],
      notLookedAt: [
        ...seen.flatMap((host) => host.notLookedAt),
        ...binds.notLookedAt,
        ...directories.flatMap(({ notLookedAt }) => notLookedAt),
      ],
    },
  };
}

/** Files in a static directory that another deployment, or nobody we know, has put there. */
async function directoryClaims({
  staticDirectory,
  endpoint,
}: Realization): Promise<{ claims: Claim[]; notLookedAt: NotLookedAt[] }> {
  if (staticDirectory === undefined) return { claims: [], notLookedAt: [] };
  const { path } = staticDirectory;
  if (!isThisMachine(endpoint.url))
    return { claims: [], notLookedAt: [{ what: `files in ${path}`, why: `${endpoint.url} is another machine` }] };
  const found = await observeDirectory(path);
  if (found.kind === "unknown") return { claims: [], notLookedAt: [{ what: `files in ${path}`, why: found.reason }] };
  if (found.kind === "absent" || found.kind === "empty") return { claims: [], notLookedAt: [] };
  return {
    claims: [
      {
        kind: "hostPath",
        path,
        endpoint,
        owner: { kind: "directory", name: path, id: found.kind === "ours" ? found.owner : undefined },
      },
    ],
    notLookedAt: [],
  };
}

/** The finding of an endpoint that could not be asked, for every caller. */
export const hostUnreachable = ({ endpoint, reason, remedy }: Unreachable): Finding => ({
  code: "host-unreachable",
  severity: "error",
  kind: "host",
  key: endpoint.url,
  message: reason,
  remedy,
});

type Unreachable = Pick<Extract<HostReport, { kind: "unreachable" }>, "endpoint" | "reason" | "remedy">;
