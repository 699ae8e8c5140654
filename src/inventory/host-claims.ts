import type { Claim, Owner } from "../claims/claim.ts";
import { isOwnable } from "../deployment/binds.ts";
import { labels, volumeId } from "../deployment/label-names.ts";
import type { HostSnapshot, Listener, LiveContainer, LiveNetwork } from "../host/snapshot.ts";

/** Everything that is held on a live host, by whatever is there. */
export function hostClaims(host: HostSnapshot): Claim[] {
  const at = { endpoint: host.endpoint };
  return [
    ...host.containers.flatMap((container) => containerClaims(container, at, isAtRest(container, host))),
    ...host.volumes.map((volume): Claim => ({
      kind: "volume",
      name: volume.name,
      ...(Object.hasOwn(volume.labels, labels.volume) && { volumeKey: volume.labels[labels.volume] }),
      owner: ownerOf("volume", volume),
      ...at,
    })),
    ...host.networks.flatMap((network) => networkClaims(network, at)),
    ...host.routes.map(({ subnet, device }): Claim => ({
      kind: "subnet",
      subnet,
      network: device,
      owner: { kind: "route", name: `this host's route to ${subnet} by ${device}` },
      ...at,
    })),
    ...host.swarmPorts.map(({ service: name, ...port }): Claim => ({
      kind: "hostPort",
      ...port,
      owner: { kind: "swarm service", name },
      ...at,
    })),
    ...host.listeners.map((listener): Claim => {
      const { process: _, ...port } = listener;
      return { kind: "hostPort", ...port, owner: listenerOwner(listener, host.containers), ...at };
    }),
  ];
}

type At = Pick<Claim, "endpoint">;

/**
 * A container of a stopped deployment: it keeps the ports and addresses that it will have again, and gives them up until
 * then. It has no restart policy meanwhile; with Podman, it keeps that, too.
 */
const isAtRest = (container: LiveContainer, { podman }: HostSnapshot): boolean =>
  !isUp(container) &&
  container.labels[labels.stack] !== undefined &&
  (container.restartPolicy === "no" || podman !== undefined);

const isUp = ({ state }: LiveContainer): boolean => ["running", "paused", "restarting"].includes(state);

function containerClaims(container: LiveContainer, at: At, atRest: boolean): Claim[] {
  const by = { owner: ownerOf("container", container), ...at };
  const { cpus, memory, reservedMemory } = container;
  const uses = isUp(container);
  return [
    { kind: "container", name: container.name, ...by },
    ...(atRest ? [] : container.ports).map((port): Claim => ({ kind: "hostPort", ...port, ...by })),
    ...(atRest ? [] : container.addresses).map((address): Claim => ({ kind: "address", ...address, ...by })),
    ...container.directories.flatMap(({ path, readOnly }): Claim[] =>
      isOwnable(path) ? [{ kind: "hostPath", path, shared: readOnly, ...by }] : [],
    ),
    ...(uses && cpus > 0 ? [{ kind: "cpu", limit: cpus, reserved: 0, ...by } as const] : []),
    ...(uses && memory + reservedMemory > 0
      ? [{ kind: "memory", limit: memory, reserved: reservedMemory, ...by } as const]
      : []),
  ];
}

function networkClaims(network: LiveNetwork, at: At): Claim[] {
  const { name, subnets } = network;
  const by = { owner: ownerOf("network", network), ...at };
  return [
    ...(["bridge", "host", "none"].includes(name) ? [] : [{ kind: "network", name, ...by } as const]),
    ...subnets.map((subnet): Claim => ({ kind: "subnet", subnet, network: name, ...by })),
  ];
}

/** A container with the host's network is itself the owner, and so of its deployment. */
function listenerOwner({ process }: Listener, containers: readonly LiveContainer[]): Owner {
  const container = containers.find(({ name }) => process === `container ${name}`);
  return container ? ownerOf("container", container) : { kind: "process", name: process };
}

type Labelled = { readonly id?: string; readonly name: string; readonly labels: Readonly<Record<string, string>> };

/** The live thing itself, with its deployment where a label names it. */
function ownerOf(kind: "container" | "volume" | "network", { id: dockerId, name, labels: live }: Labelled): Owner {
  const id = live[labels.stack];
  const resource = kind === "volume" && id ? volumeId(name, live[labels.identity]) : dockerId;
  const { [labels.home]: hash, [labels.place]: place = "another place" } = live;
  return { kind, name, ...(id && { id }), ...(resource && { resource }), ...(id && hash && { home: { hash, place } }) };
}
