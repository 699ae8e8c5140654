import { isIP } from "node:net";
import type { ContainerInfo } from "dockerode";
import type { LiveContainer, LivePort } from "./snapshot.ts";
import type { InspectedBindings, InspectedContainer } from "./inspected.ts";
import { protocolOf } from "../notation/protocol.ts";
import { ownValue } from "../notation/own-value.ts";

/** A container from its full description: what it is configured for counts, whether it runs or not. */
export function liveContainer(inspected: InspectedContainer): LiveContainer {
  const { HostConfig: host, State: state } = inspected;
  const mounts = inspected.Mounts ?? [];
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ""),
    image: inspected.Config.Image ?? inspected.Image,
    imageId: inspected.Image,
    state: state.Status,
    labels: inspected.Config.Labels ?? {},
    ...(host.RestartPolicy?.Name !== undefined && { restartPolicy: host.RestartPolicy.Name || "no" }),
    networkMode: host.NetworkMode ?? "default",
    ports: portsOf(inspected),
    directories: mounts.flatMap((mount) =>
      mount.Type === "bind" && mount.Source ? [{ path: mount.Source, readOnly: !mount.RW }] : [],
    ),
    volumes: mounts.flatMap((mount) => (mount.Type === "volume" && mount.Name ? [mount.Name] : [])),
    addresses: addressesOf(inspected.NetworkSettings.Networks),
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : quota(host.CpuQuota, host.CpuPeriod),
    memory: host.Memory ?? 0,
    reservedMemory: host.MemoryReservation ?? 0,
    inspect: inspected,
  };
}

/** A container from its line in the list alone: without its limits, and with ports only while they are bound. */
export function listedContainer(listed: ContainerInfo): LiveContainer {
  const mounts = listed.Mounts ?? [];
  return {
    id: listed.Id,
    name: listedName(listed),
    image: listed.Image,
    imageId: listed.ImageID,
    state: listed.State,
    labels: listed.Labels ?? {},
    networkMode: listed.HostConfig?.NetworkMode ?? "default",
    ports: withoutTwins(
      (listed.Ports ?? []).flatMap((port) => livePort(`${port.PrivatePort}/${port.Type}`, port.IP, port.PublicPort)),
    ),
    directories: mounts.flatMap((mount) =>
      mount.Type === "bind" ? [{ path: mount.Source, readOnly: !mount.RW }] : [],
    ),
    volumes: mounts.flatMap((mount) => (mount.Type === "volume" && mount.Name ? [mount.Name] : [])),
    addresses: addressesOf(listed.NetworkSettings?.Networks),
    cpus: 0,
    memory: 0,
    reservedMemory: 0,
  };
}

/** The container's own name: links of old give it more, with a slash inside. */
export const listedName = (listed: ContainerInfo): string =>
  (listed.Names ?? []).map((name) => name.replace(/^\//, "")).find((name) => !name.includes("/")) ?? listed.Id;

const quota = (cpuQuota?: number, cpuPeriod?: number): number =>
  cpuQuota && cpuQuota > 0 ? cpuQuota / (cpuPeriod || 100_000) : 0;

/** A stopped container has none but those that it was given for good. */
const addressesOf = (networks: InspectedContainer["NetworkSettings"]["Networks"] = {}) =>
  Object.entries(networks ?? {}).flatMap(([network, { IPAddress, GlobalIPv6Address, IPAMConfig }]) =>
    [IPAddress || IPAMConfig?.IPv4Address, GlobalIPv6Address || IPAMConfig?.IPv6Address].flatMap((address) =>
      address ? [{ network, address }] : [],
    ),
  );

function portsOf({ HostConfig: host, NetworkSettings: network }: InspectedContainer): LivePort[] {
  // With the host's network Docker publishes nothing, whatever was configured.
  if (host.NetworkMode === "host") return [];
  const configured: InspectedBindings = host.PortBindings ?? {};
  const bound: InspectedBindings = network.Ports ?? {};
  return [...new Set([...Object.keys(configured), ...Object.keys(bound)])].flatMap((key) => {
    const bindings = ownValue(configured, key) ?? [];
    const fixed = bindings.flatMap((binding) => livePort(key, binding.HostIp, fixedPort(binding.HostPort)));
    const chosenByDocker = host.PublishAllPorts || bindings.some((binding) => !fixedPort(binding.HostPort));
    if (!chosenByDocker) return fixed;
    const live = (ownValue(bound, key) ?? []).flatMap((binding) =>
      livePort(key, binding.HostIp, fixedPort(binding.HostPort)),
    );
    return [...fixed, ...withoutTwins(live).filter((port) => !fixed.some((other) => other.port === port.port))];
  });
}

/** Undefined for none, 0 and a range: then Docker chooses at each start. */
const fixedPort = (text: string | undefined): number | undefined =>
  (/^\d+$/.test(text ?? "") ? Number(text) : 0) || undefined;

/**
 * @param key For example `80/tcp`.
 * @param address Docker takes what is no address, too, and means all by it.
 */
function livePort(key: string, address: string | undefined, port: number | undefined): LivePort[] {
  const protocol = protocolOf(key.split("/")[1] ?? "tcp");
  if (!port || protocol === undefined) return [];
  return [{ address: address && isIP(address) ? address : "0.0.0.0", protocol, port }];
}

/** Docker lists a port that it bound for all addresses twice, for IPv4 and IPv6. */
const withoutTwins = (ports: readonly LivePort[]): LivePort[] =>
  ports.filter(
    (port) =>
      port.address !== "::" ||
      !ports.some(
        (other) => other.address === "0.0.0.0" && other.port === port.port && other.protocol === port.protocol,
      ),
  );
