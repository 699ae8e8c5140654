import { hostname } from "node:os";
import type { ContainerInfo, ContainerInspectInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import type { NotLookedAt } from "../findings/gap.ts";
import { withConnection } from "../docker/connection.ts";
import { type Ask, asker } from "../docker/request.ts";
import { DockerFailure, explain, failureOf } from "../docker/failure.ts";
import { isThisMachine } from "../docker/endpoint.ts";
import type { Host, HostReport, LiveContainer, LiveNetwork } from "./host.ts";
import { type Interest, listenersOf, observeSockets, unexplained, type Sockets } from "./listeners.ts";
import { observeRoutes, type Routes } from "./routes.ts";
import { listedContainer, listedName, liveContainer } from "./live-container.ts";

export interface ObserveOptions {
  /** Milliseconds for each request; 10 000 if not given. The first that takes longer ends the look. */
  readonly timeout?: number;
  /** Ports whose listening processes are to be named; for others it is `a process`. */
  readonly interest?: Interest;
}

/** Looks once at all that lives on an endpoint. Never throws: what went wrong is the report. */
export async function observeHost(endpoint: string, options: ObserveOptions = {}): Promise<HostReport> {
  const { timeout = 10_000, interest = new Set<number>() } = options;
  try {
    const host = await withConnection(endpoint, (connection) =>
      look(endpoint, asker(connection, timeout), connection.parallel, interest),
    );
    return { kind: "seen", ...host };
  } catch (error) {
    return { kind: "unreachable", endpoint, ...explain(endpoint, failureOf(error)) };
  }
}

async function look(endpoint: string, ask: Ask, parallel: number, interest: Interest): Promise<Host> {
  const [info, listed, volumes, networks, opened, routed] = await Promise.all([
    ask<Info>("/info"),
    list<ContainerInfo>(ask, "/containers/json?all=1"),
    ask<{ Volumes?: VolumeInspectInfo[] | null; Warnings?: string[] | null }>("/volumes"),
    list<NetworkInspectInfo>(ask, "/networks"),
    isThisMachine(endpoint) ? observeSockets() : undefined,
    isThisMachine(endpoint) ? observeRoutes() : undefined,
  ]);
  const [inspections, swarm] = await Promise.all([
    atOnce(parallel, listed, (container) => inspect(ask, container)),
    observeSwarm(ask, info.Swarm),
  ]);
  const containers = byName(inspections.flatMap(({ container }) => container ?? []));
  const elsewhere = whyElsewhere(endpoint, info.Name);
  const { sockets, routes, notLookedAt } = ofThisMachine(endpoint, elsewhere, opened, routed);
  const bridged = new Set(networks.flatMap((network) => liveNetwork(network).subnets));
  const unknown = unexplained(sockets, { containers, swarmPorts: swarm.ports });
  return {
    endpoint,
    ...(elsewhere !== undefined && { elsewhere }),
    ...(info.BuildahVersion !== undefined && { podman: info.ServerVersion ?? "" }),
    capacity: { cpus: info.NCPU ?? 0, memory: info.MemTotal ?? 0 },
    containers,
    volumes: byName((volumes.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }))),
    networks: byName(networks.map(liveNetwork)),
    swarmPorts: swarm.ports,
    listeners: listenersOf(unknown, interest, containers),
    routes: routes.filter(({ subnet }) => !bridged.has(subnet)),
    notLookedAt: [
      ...inspections.flatMap((inspection) => inspection.notLookedAt ?? []),
      ...(volumes.Warnings ?? []).map((why) => ({ what: `volumes of ${endpoint}`, why })),
      ...swarm.notLookedAt,
      ...notLookedAt,
    ],
  };
}

interface Info {
  readonly NCPU?: number;
  readonly MemTotal?: number;
  /** The host's name. */
  readonly Name?: string;
  readonly ServerVersion?: string;
  /** Only Podman tells one. */
  readonly BuildahVersion?: string;
  readonly Swarm?: { readonly LocalNodeState?: string; readonly ControlAvailable?: boolean };
}

async function list<T>(ask: Ask, path: string): Promise<readonly T[]> {
  const found = await ask<unknown>(path);
  if (Array.isArray(found)) return found as T[];
  throw new DockerFailure({ kind: "foreign", asked: `GET ${path}`, start: JSON.stringify(found).slice(0, 80) });
}

interface Inspection {
  /** Absent where it vanished after it was listed. */
  readonly container?: LiveContainer;
  readonly notLookedAt?: NotLookedAt;
}

async function inspect(ask: Ask, listed: ContainerInfo): Promise<Inspection> {
  try {
    return { container: liveContainer(await ask<ContainerInspectInfo>(`/containers/${listed.Id}/json`)) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "status") throw error;
    if (failure.status === 404) return {};
    // Docker has containers, dead ones for example, that it can list but not describe.
    const what = `configured ports and limits of container ${listedName(listed)}`;
    return {
      container: listedContainer(listed),
      notLookedAt: { what, why: `HTTP ${failure.status}: ${failure.message}` },
    };
  }
}

/** Maps with so many at once, in the order of the items. */
async function atOnce<T, R>(parallel: number, items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}

interface SwarmService {
  readonly Spec: { readonly Name: string };
  readonly Endpoint?: { readonly Ports?: readonly { Protocol?: string; PublishedPort?: number }[] | null };
}

interface Swarm {
  readonly ports: Host["swarmPorts"];
  readonly notLookedAt: Host["notLookedAt"];
}

async function observeSwarm(ask: Ask, swarm: Info["Swarm"]): Promise<Swarm> {
  const nothing: Swarm = { ports: [], notLookedAt: [] };
  if (swarm?.LocalNodeState !== "active") return nothing;
  if (!swarm.ControlAvailable) {
    const why = "this node is a worker of its Swarm; only a manager knows the services";
    return { ...nothing, notLookedAt: [{ what: "published ports of Swarm services", why }] };
  }
  const services = await list<SwarmService>(ask, "/services");
  const ports = services.flatMap(({ Spec, Endpoint }) =>
    (Endpoint?.Ports ?? []).flatMap(({ Protocol: protocol = "tcp", PublishedPort: port }): Host["swarmPorts"] =>
      port && (protocol === "tcp" || protocol === "udp")
        ? [{ address: "0.0.0.0", protocol, port, service: Spec.Name }]
        : [],
    ),
  );
  return { ports, notLookedAt: [] };
}

const liveNetwork = ({ Id, Name, Labels, IPAM, Internal }: NetworkInspectInfo): LiveNetwork => ({
  id: Id,
  name: Name,
  labels: Labels ?? {},
  subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => version4(Subnet)),
  gateways: (IPAM?.Config ?? []).flatMap(({ Gateway }) => version4(Gateway)),
  internal: Internal === true,
});

const version4 = (address: string | undefined): string[] => (address && !address.includes(":") ? [address] : []);

/** Why files, processes and routes of an endpoint are not those that this program sees. */
function whyElsewhere(endpoint: string, hostName: string | undefined): string | undefined {
  if (!isThisMachine(endpoint)) return "the endpoint is another machine";
  // A Docker in a virtual machine, or this program in a container: then /proc describes another network.
  return !hostName || hostName === hostname() ? undefined : `Docker runs on ${hostName}, this program on ${hostname()}`;
}

function ofThisMachine(
  endpoint: string,
  elsewhere: string | undefined,
  opened: Sockets | undefined,
  routed: Routes | undefined,
): Sockets & Routes {
  if (elsewhere === undefined && opened && routed)
    return { ...opened, ...routed, notLookedAt: [...opened.notLookedAt, ...routed.notLookedAt] };
  const what = `processes and routes of ${endpoint}`;
  return { sockets: [], routes: [], notLookedAt: [{ what, why: elsewhere ?? "they were not read" }] };
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
