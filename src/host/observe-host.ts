import { hostname } from "node:os";
import type { ContainerInfo } from "dockerode";
import type { NotLookedAt } from "../findings/gap.ts";
import { type DockerApi, withDocker } from "../docker/api.ts";
import { explain, failureOf } from "../docker/failure.ts";
import { isThisMachine } from "../docker/endpoint.ts";
import type { Endpoint } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import type { HostSnapshot, HostReport, LiveContainer, LiveNetwork } from "./snapshot.ts";
import type { InspectedContainer, InspectedNetwork, InspectedVolume } from "./inspected.ts";
import { describeImages } from "./describe-images.ts";
import { concerns } from "./live-report.ts";
import { observeFiles, wantedFiles } from "./observe-files.ts";
import { type Interest, listenersOf, observeSockets, unexplained, type Sockets } from "./listeners.ts";
import { observeRoutes, type Routes } from "./routes.ts";
import { observeSwarm, type SwarmInfo } from "./swarm.ts";
import { measured } from "./usage.ts";
import { listedContainer, listedName, liveContainer } from "./live-container.ts";

export interface ObserveOptions {
  /** Milliseconds for each request; 10 000 if not given. The first that takes longer ends the reading. */
  readonly timeout?: number;
  readonly about?: readonly Realization[];
  /** Whether the images of `about` are described; they are if not given. */
  readonly images?: boolean;
  /** `about`: containers of others, and what does not come from Docker, are left out. */
  readonly scope?: "all" | "about";
  /** Ports whose listening processes are to be named; for others it is `a process`. */
  readonly interest?: Interest;
  /** Measures what containers use, with this to wait so many milliseconds between two readings. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Reads the files of `about` in its containers: those without secrets, and those with these, by the deployment's id. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
}

/** Reads once all that lives on an endpoint. Never throws: what went wrong is the report. */
export async function observeHost(endpoint: Endpoint, options: ObserveOptions = {}): Promise<HostReport> {
  const { timeout = 10_000, about = [], files: secrets } = options;
  try {
    return await withDocker(
      endpoint.url,
      async (docker) => {
        const hasFiles = about.some(({ containers }) => containers.some(({ files }) => files.length > 0));
        // It takes 100 ms to load, during which Docker answers the rest.
        if (secrets !== undefined && hasFiles) void docker.client();
        const host = await read(endpoint, docker, options);
        if (secrets === undefined) return { kind: "seen", ...host };
        const wanted = wantedFiles(about, host.containers, secrets);
        const { files, notLookedAt } = await observeFiles(endpoint.url, docker, wanted);
        return {
          kind: "seen",
          ...host,
          files,
          notLookedAt: [...host.notLookedAt, ...notLookedAt],
          ownGaps: [...host.ownGaps, ...notLookedAt],
        };
      },
      timeout,
    );
  } catch (error) {
    return { kind: "unreachable", endpoint, ...explain(endpoint.url, failureOf(error)) };
  }
}

async function read(
  endpoint: Endpoint,
  docker: DockerApi,
  { about = [], images = true, scope = "all", interest = new Set<number>(), wait }: ObserveOptions,
): Promise<HostSnapshot> {
  const { url } = endpoint;
  const isWhole = scope === "all";
  const isHere = isWhole && isThisMachine(url);
  const names = images ? about.flatMap(({ services }) => services.map(({ image }) => image)) : [];
  const [info, listed, volumes, networks, named, opened, routed] = await Promise.all([
    docker.get<Info>("/info"),
    docker.list<ContainerInfo>("/containers/json?all=1"),
    docker.get<{ Volumes?: InspectedVolume[] | null; Warnings?: string[] | null }>("/volumes"),
    docker.list<Omit<InspectedNetwork, "attached">>("/networks"),
    describeImages(docker, new Set(names)),
    isHere ? observeSockets() : undefined,
    isHere ? observeRoutes() : undefined,
  ]);
  const own = listed.filter((container) =>
    concerns(about)({ name: listedName(container), labels: container.Labels ?? {} }),
  );
  const [inspections, used, swarm] = await Promise.all([
    atOnce(docker.parallel, isWhole ? listed : own, (container) => inspect(docker, container)),
    describeImages(docker, new Set(images ? own.map(({ ImageID }) => ImageID) : []), named),
    isWhole ? observeSwarm(docker, info.Swarm) : { ports: [], notLookedAt: [] },
  ]);
  const found = byName(inspections.flatMap(({ container }) => container ?? []));
  const { containers, unmeasured } = await measured(url, docker, found, wait);
  const elsewhere = whyElsewhere(url, info.Name);
  const { sockets, routes, notLookedAt } = isWhole
    ? ofThisMachine(url, elsewhere, opened, routed)
    : { sockets: [], routes: [], notLookedAt: [] };
  const live = networks.map((network) => liveNetwork(network, listed));
  const bridged = new Set(live.flatMap(({ subnets }) => subnets));
  const unknown = unexplained(sockets, { containers, swarmPorts: swarm.ports });
  const ownGaps = [...unmeasured, ...(volumes.Warnings ?? []).map((why) => ({ what: `volumes of ${url}`, why }))];
  return {
    endpoint,
    at: Date.now(),
    ...(elsewhere !== undefined && { elsewhere }),
    ...(info.BuildahVersion !== undefined && { podman: info.ServerVersion ?? "" }),
    capacity: { cpus: info.NCPU ?? 0, memory: info.MemTotal ?? 0 },
    containers,
    volumes: byName(
      (volumes.Volumes ?? []).map((volume) => ({ name: volume.Name, labels: volume.Labels ?? {}, inspect: volume })),
    ),
    networks: byName(live),
    swarmPorts: swarm.ports,
    listeners: listenersOf(unknown, interest, containers),
    routes: routes.filter(({ subnet }) => !bridged.has(subnet)),
    images: { ...named, ...used },
    files: {},
    ownGaps,
    notLookedAt: [
      ...(isWhole ? inspections.flatMap((inspection) => inspection.notLookedAt ?? []) : []),
      ...ownGaps,
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
  /** Only Podman reports one. */
  readonly BuildahVersion?: string;
  readonly Swarm?: SwarmInfo;
}

interface Inspection {
  /** Absent where it vanished after it was listed. */
  readonly container?: LiveContainer;
  readonly notLookedAt?: NotLookedAt;
}

async function inspect(docker: DockerApi, listed: ContainerInfo): Promise<Inspection> {
  try {
    return { container: liveContainer(await docker.get<InspectedContainer>(`/containers/${listed.Id}/json`)) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "status") throw error;
    if (failure.status === 404) return {};
    // Docker has containers, dead ones for example, that it can list but not describe.
    const what = `configured ports and limits of container ${listedName(listed)}`;
    return {
      container: { ...listedContainer(listed), undescribed: failure },
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

function liveNetwork(inspected: Omit<InspectedNetwork, "attached">, containers: readonly ContainerInfo[]): LiveNetwork {
  const { Id, Name, Labels, IPAM, Internal } = inspected;
  return {
    id: Id,
    name: Name,
    labels: Labels ?? {},
    subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet || []),
    gateways: (IPAM?.Config ?? []).flatMap(({ Gateway }) => Gateway || []),
    internal: Internal === true,
    inspect: { ...inspected, attached: attachedTo(Name, containers) },
  };
}

const attachedTo = (network: string, containers: readonly ContainerInfo[]): string[] =>
  containers
    .filter(({ NetworkSettings: settings }) => Object.hasOwn(settings?.Networks ?? {}, network))
    .map(listedName)
    .sort();

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
