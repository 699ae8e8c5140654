import type { Claim } from "../claims/claim.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";
import { instruction } from "../findings/remedy.ts";
import type { Inventory } from "../claims/inventory.ts";
import { claimsOf } from "../claims/of-deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { attachedFindings } from "../host/attached.ts";
import { bindSources } from "../host/bind-sources.ts";
import { observeDirectory } from "../host/directories.ts";
import { isThisMachine } from "../docker/endpoint.ts";
import type { HostReport } from "../host/host.ts";
import { hostClaims } from "./host-claims.ts";
import { type ImageReport, observeImages } from "../host/images.ts";
import { observeHost } from "../host/observe-host.ts";
import { podmanFinding } from "../host/podman.ts";

export interface Observed {
  readonly inventory: Inventory;
  /** One report for each endpoint that was asked. */
  readonly hosts: readonly HostReport[];
  /** Images whose names are gone from the host, by deployment: see `observeImages`. */
  readonly heldImages: ImageReport["held"];
}

export interface ObserveOptions {
  /** False: no host is asked, and the inventory says so. */
  readonly live: boolean;
  /** Those that are to come up: their images have to be there, and their networks free to be replaced. */
  readonly starting: readonly Realization[];
  /** Of which ports the listening processes are to be named: to find one means reading all of /proc. */
  readonly naming: "wanted" | "all";
}

/** Inspects once what deployments could clash with: the deployments themselves, and each of their endpoints live. */
export async function observe(
  deployments: readonly Realization[],
  { live, starting, naming }: ObserveOptions,
): Promise<Observed> {
  const endpoints = [...new Set(deployments.map(({ endpoint }) => endpoint.url))].sort();
  const wanted = deployments.flatMap(claimsOf);
  if (!live) {
    const notLookedAt = endpoints.map((endpoint) => ({
      what: `the host at ${endpoint}`,
      why: "the inventory is taken from files",
    }));
    return { hosts: [], heldImages: {}, inventory: { claims: wanted, capacity: {}, findings: [], notLookedAt } };
  }
  const ports = new Set(wanted.flatMap((claim) => (claim.kind === "hostPort" ? [claim.port] : [])));
  const reports = Promise.all(
    endpoints.map((endpoint) => observeHost(endpoint, { interest: naming === "all" ? naming : ports })),
  );
  const seenHosts = reports.then((all) => all.filter((host) => host.kind === "seen"));
  const [hosts, seen, images] = await Promise.all([reports, seenHosts, observeImages(starting, seenHosts)]);
  const answered = new Set(seen.map(({ endpoint }) => endpoint));
  const reached = new Set(deployments.flatMap(({ stack, endpoint }) => (answered.has(endpoint.url) ? [stack] : [])));
  const [binds, directories] = await Promise.all([
    bindSources(seen, starting),
    Promise.all(deployments.map(directoryClaims)),
  ]);
  return {
    hosts,
    heldImages: images.held,
    inventory: {
      claims: [...wanted, ...seen.flatMap(hostClaims), ...directories.flatMap(({ claims }) => claims)],
      capacity: Object.fromEntries(seen.map(({ endpoint, capacity }) => [endpoint, capacity])),
      findings: [
        ...hosts.flatMap((host) => (host.kind === "seen" ? [] : [hostUnreachable(host)])),
        ...seen.flatMap(podmanFinding),
        ...seen.flatMap((host) => attachedFindings(host, starting)),
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
        endpoint: endpoint.url,
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
  key: endpoint,
  message: reason,
  remedy: instruction(remedy),
});

type Unreachable = Pick<Extract<HostReport, { kind: "unreachable" }>, "endpoint" | "reason" | "remedy">;
