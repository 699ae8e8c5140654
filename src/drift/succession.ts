import { beforePort, covers } from "../notation/address.ts";
import type { Network } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { publishes } from "../deployment/internal-networks.ts";
import { subnetsOf as subnetsOfNetwork } from "../deployment/subnets.ts";
import { doOverlap, ipRange, type IpRange } from "../notation/ip-range.ts";
import { nameOf } from "../notation/docker-names.ts";
import type { Known } from "../engine/state.ts";
import type { Live, InspectedContainer, InspectedNetwork } from "../host/inspected.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * What an `up` has to remove before it creates something else of the same deployment. The engine creates before it
 * deletes, and replaces containers in any order: a port, a name or an address that moves from one service to another
 * would still be held by the container that gives it up.
 */
export interface Succession {
  /** By name of a container that is to be created. */
  readonly containers: Readonly<Record<string, readonly Leaving[]>>;
  /** By name of a network that is to be created. */
  readonly networks: Readonly<Record<string, readonly LeavingNetwork[]>>;
}

/** A container of the deployment's own state. */
interface Leaving {
  readonly id: string;
  readonly name: string;
  /** What it gives up, in words: `the port 0.0.0.0:8000/tcp`. */
  readonly gives: string;
}

interface LeavingNetwork extends Leaving {
  /** The deployment's own containers that are attached to it; they are replaced anyway. */
  readonly containers: readonly Omit<Leaving, "gives">[];
}

/** Everything that moves within a deployment, from what its state knows and is live. Pure. */
export function successionOf(deployment: Realization, live: Live, known: Known): Succession {
  const own = live.containers.filter(
    ({ Id: id, Config: config, Name }) =>
      config.Labels?.[labels.stack] === deployment.id && ownValue(known.containers, nameOf(Name))?.id === id,
  );
  const containers = deployment.containers.flatMap((service): [string, Leaving[]][] => {
    const leaving = own.flatMap((holder) => {
      const gives = movedClaim(holder, service, deployment);
      return gives === undefined ? [] : [{ id: holder.Id, name: nameOf(holder.Name), gives }];
    });
    return leaving.length === 0 ? [] : [[service.name, leaving]];
  });
  const networks = deployment.networks.flatMap((network): [string, LeavingNetwork[]][] => {
    const leaving = live.networks.flatMap((holder) => {
      if (ownValue(known.networks, holder.Name) !== holder.Id) return [];
      const gives = movedPlace(holder, network, deployment);
      const attached = own.filter(({ Name }) => holder.attached.includes(nameOf(Name)));
      const names = attached.map(({ Id: id, Name }) => ({ id, name: nameOf(Name) }));
      return gives === undefined ? [] : [{ id: holder.Id, name: holder.Name, gives, containers: names }];
    });
    return leaving.length === 0 ? [] : [[network.name, leaving]];
  });
  return { containers: Object.fromEntries(containers), networks: Object.fromEntries(networks) };
}

/** Something that one container holds, or one service wants, and no two can have at a time. */
type Held =
  | { readonly kind: "port"; readonly address: string; readonly protocol: string; readonly port: number }
  | { readonly kind: "name" | "volume"; readonly name: string }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "address" | "alias"; readonly network: string; readonly name: string };

/** The first thing that a service wants, that another one's container holds and its own service no longer wants. */
function movedClaim(holder: InspectedContainer, service: Container, deployment: Realization): string | undefined {
  const key = holder.Config.Labels?.[labels.service];
  if (key === service.key) return undefined;
  const heir = deployment.containers.find((candidate) => candidate.key === key);
  const kept = heir === undefined ? [] : wantedBy(heir, deployment);
  const moved = heldBy(holder).filter((held) => !kept.some((wanted) => meet(held, wanted)));
  const wanted = wantedBy(service, deployment);
  const first = moved.find((held) => wanted.some((one) => meet(held, one)));
  return first && inWords(first);
}

function wantedBy(container: Container, { running }: Realization): Held[] {
  const { name, ports, mounts, attachments } = container;
  return [
    { kind: "name", name },
    ...(running && publishes(container) ? ports : []).map(({ address, protocol, hostPort: port }): Held => ({
      kind: "port",
      address,
      protocol,
      port,
    })),
    ...mounts.flatMap((mount): Held[] => {
      if (mount.readOnly) return [];
      return mount.kind === "volume"
        ? [{ kind: "volume", name: mount.volume }]
        : [{ kind: "directory", path: mount.path }];
    }),
    ...attachments.flatMap(({ network, aliases, address, address6 }): Held[] => [
      ...[address, address6].flatMap((name): Held[] =>
        name === undefined ? [] : [{ kind: "address", network, name }],
      ),
      ...aliases.map((alias): Held => ({ kind: "alias", network, name: alias })),
    ]),
  ];
}

function heldBy(container: InspectedContainer): Held[] {
  const { Name, Config: config, HostConfig: host, Mounts: mounts, NetworkSettings: settings } = container;
  const ports = Object.entries(host.PortBindings ?? {}).flatMap(([key, bindings]) =>
    (bindings ?? []).map(({ HostIp: address, HostPort: port }): Held => ({
      kind: "port",
      address: address || "0.0.0.0",
      protocol: key.split("/")[1] ?? "tcp",
      port: Number(port),
    })),
  );
  const automatic = new Set([container.Id.slice(0, 12), config.Hostname ?? ""]);
  return [
    { kind: "name", name: nameOf(Name) },
    ...ports,
    ...(mounts ?? []).flatMap(({ Type: type, Name: name = "", Source: path = "", RW: writes }): Held[] => {
      if (!writes) return [];
      if (type === "volume") return [{ kind: "volume", name }];
      return type === "bind" ? [{ kind: "directory", path }] : [];
    }),
    ...Object.entries(settings.Networks ?? {}).flatMap(([network, { Aliases: aliases, IPAMConfig: config }]) => [
      ...[config?.IPv4Address, config?.IPv6Address].flatMap((name): Held[] =>
        name ? [{ kind: "address", network, name }] : [],
      ),
      ...(aliases ?? [])
        .filter((alias) => !automatic.has(alias))
        .map((alias): Held => ({ kind: "alias", network, name: alias })),
    ]),
  ];
}

function meet(a: Held, b: Held): boolean {
  if (a.kind === "port" && b.kind === "port")
    return a.port === b.port && a.protocol === b.protocol && covers(a.address, b.address);
  if (a.kind === "directory" && b.kind === "directory") return isWithin(a.path, b.path) || isWithin(b.path, a.path);
  if (a.kind === "name" || a.kind === "volume") return a.kind === b.kind && a.name === b.name;
  if (a.kind !== "address" && a.kind !== "alias") return false;
  return b.kind === a.kind && a.network === b.network && a.name.toLowerCase() === b.name.toLowerCase();
}

const isWithin = (path: string, other: string): boolean => `${path}/`.startsWith(`${other}/`.replace("//", "/"));

function inWords(held: Held): string {
  switch (held.kind) {
    case "port":
      return `the port ${beforePort(held.address)}:${held.port}/${held.protocol}`;
    case "name":
      return `the name ${held.name}`;
    case "volume":
      return `the volume ${held.name}`;
    case "directory":
      return `the directory ${held.path}`;
    case "address":
    case "alias":
      return `the ${held.kind} ${held.name} in the network ${held.network}`;
  }
}

/** What a live network of another key gives up for one that is to be created: its name, or addresses. */
function movedPlace(holder: InspectedNetwork, network: Network, deployment: Realization): string | undefined {
  const key = holder.Labels?.[labels.network];
  if (holder.Labels?.[labels.stack] !== deployment.id || key === network.key) return undefined;
  const heir = deployment.networks.find((candidate) => candidate.key === key);
  const isKept = heir?.name === holder.Name && subnetsOf(holder).includes(heir.subnet);
  if (isKept) return undefined;
  if (holder.Name === network.name) return `the name ${network.name}`;
  const wanted = subnetsOfNetwork(network).map(({ subnet }) => ipRange(subnet));
  const met = subnetsOf(holder).find((subnet) => wanted.some((range) => overlap(ipRange(subnet), range)));
  return met && `the subnet ${met}`;
}

const subnetsOf = ({ IPAM: addresses }: InspectedNetwork): string[] =>
  (addresses?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []);

const overlap = (a: IpRange | undefined, b: IpRange | undefined): boolean =>
  a !== undefined && b !== undefined && doOverlap(a, b);
