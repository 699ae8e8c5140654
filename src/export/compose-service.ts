import { extraHostText } from "../notation/extra-host.ts";
import type {
  Build,
  DirectoryMount,
  Isolation,
  Mount,
  NetworkMode,
  PublishedPort,
  Restart,
  VolumeMount,
} from "../deployment/deployment.ts";
import { type Container, type ContainerAttachment, isHealthOff, type Realization } from "../deployment/realization.ts";
import { containerLabels } from "../deployment/labels.ts";
import { type SecretTexts, completeText } from "../deployment/value.ts";
import { fileKeys } from "./files.ts";
import { healthText, hostSettings, time } from "./host-settings.ts";

/** A service in Compose's words, those only that 1.29 and v2 share; what is undefined is left to Docker. */
export function composeService(service: Container, deployment: Realization, secrets: SecretTexts): object {
  const { running } = deployment;
  const { health: check, restart: policy = { policy: "no" } } =
    service.kind === "service" ? service : (service.written ?? {});
  const files = fileKeys(deployment, service);
  return {
    image: service.image,
    build: service.build && build(service.build),
    container_name: service.name,
    // `up` then makes everything but containers.
    scale: running ? undefined : 0,
    entrypoint: service.entrypoint && [...service.entrypoint],
    command: service.command && [...service.command],
    user: service.user,
    working_dir: service.workingDirectory,
    hostname: service.hostname,
    domainname: service.domainname,
    mac_address: service.hardwareAddress,
    dns: some(service.nameService?.servers),
    dns_search: some(service.nameService?.searches),
    dns_opt: some(service.nameService?.options),
    external_links: some(service.externalLinks),
    environment: someOf(mapped(service.environment, (value) => completeText(value, secrets))),
    ports: running ? some(service.ports.map(port)) : undefined,
    volumes: some([...service.mounts.map(mount), ...files.volumes]),
    configs: some(files.configs),
    volumes_from: some(volumesFrom(service, deployment)),
    ...networks(service, deployment),
    depends_on: running ? someOf(dependencies(service, deployment)) : undefined,
    healthcheck: check === "none" ? { disable: true } : check && healthText(check),
    restart: restart(policy),
    ...limits(service),
    ...hostSettings(service),
    platform: service.platform,
    pull_policy: service.pullPolicy,
    init: service.init,
    read_only: service.readOnly,
    cap_add: some(distinct(service.capAdd)),
    cap_drop: some(distinct(service.capDrop)),
    security_opt: some(distinct(service.securityOptions)),
    ...isolation(service.isolation),
    ...namespaces(service, deployment),
    tmpfs: some(distinct(service.temporary.map(({ target, options }) => `${target}${options && `:${options}`}`))),
    sysctls: service.sysctls && { ...service.sysctls },
    extra_hosts: some(distinct(service.extraHosts.map(extraHostText))),
    logging: { driver: service.logging.driver, options: { ...service.logging.options } },
    stop_signal: service.stopSignal,
    stop_grace_period: time(service.stopGrace * 1e9),
    labels: containerLabels(deployment, service),
  };
}

/** With absolute paths: the file is not beside the blueprint. Secrets stand in the blueprint's own words under `further`. */
const build = ({ folder, remote, dockerfile, inline, args, labels, ...rest }: Build): object => ({
  context: folder ?? remote,
  ...(inline === undefined ? { dockerfile } : { dockerfile_inline: inline }),
  args: someOf(args),
  labels: someOf(labels),
  target: rest.target,
  network: rest.network,
  cache_from: some(rest.cacheFrom),
  extra_hosts: some(rest.extraHosts),
  shm_size: rest.sharedMemory,
  pull: rest.pull,
  no_cache: rest.noCache,
  ...rest.further,
});

/** `cgroup` is the only word here that 1.29 does not know; the service would not be the same without it. */
const isolation = (shared: Isolation = {}): object => ({
  privileged: shared.privileged,
  pid: shared.pid,
  ipc: shared.ipc,
  userns_mode: shared.usersOf,
  cgroup: shared.controlGroups,
  cgroup_parent: shared.parent,
  devices: some(shared.devices?.map(({ path, target, access }) => `${path}:${target}:${access}`)),
  group_add: some(shared.groups),
});

function namespaces({ namespaces: shared = {} }: Container, { containers }: Realization): object {
  const owner = (key: string | undefined): object | string | undefined =>
    key === undefined ? undefined : modeText({ kind: "service", service: key }, containers);
  const found = { pid: owner(shared.pid), ipc: owner(shared.ipc) };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const port = ({ address, protocol, hostPort, containerPort }: PublishedPort): string =>
  `${address.includes(":") ? `[${address}]` : address}:${hostPort}:${containerPort}/${protocol}`;

/**
 * The short form where it says all: with it a directory that is missing is made, and 1.29 cannot say so in the long one.
 */
function mount(entry: Mount): string | object {
  const { target, readOnly } = entry;
  const source = entry.kind === "volume" ? entry.volume : entry.path;
  const isShort = entry.kind === "volume" ? isShortVolume(entry) : isShortDirectory(entry);
  if (isShort && !`${source}${target}`.includes(":"))
    return [source, target, [readOnly ? "ro" : "rw", ...shortOptions(entry)].join(",")].join(":");
  if (entry.kind === "volume") {
    const { noCopy, subpath, labels } = entry;
    return { type: "volume", source, target, read_only: readOnly, volume: { nocopy: noCopy, subpath, labels } };
  }
  const { created, relabel, propagation, recursive } = entry;
  const bind = { create_host_path: created ?? true, selinux: relabel, propagation, recursive };
  return { type: "bind", source, target, read_only: readOnly, bind };
}

const isShortVolume = ({ subpath, labels }: VolumeMount): boolean => subpath === undefined && labels === undefined;

const isShortDirectory = ({ created, recursive }: DirectoryMount): boolean =>
  created !== false && recursive === undefined;

const shortOptions = (entry: Mount): string[] =>
  entry.kind === "volume"
    ? entry.noCopy
      ? ["nocopy"]
      : []
    : [entry.relabel, entry.propagation].flatMap((option) => option ?? []);

/** As the blueprint has them, with the names of containers. */
function volumesFrom({ volumesFrom: all }: Container, { containers }: Realization): string[] {
  return (all ?? []).map(({ from, mode }) => {
    const suffix = mode === undefined ? "" : `:${mode}`;
    if (from.container !== undefined) return `container:${from.container}${suffix}`;
    return `${containers.find(({ key }) => key === from.service)?.name ?? from.service}${suffix}`;
  });
}

/** Compose's words for where a container is attached; 1.29 knows no order of networks, and takes no more of most. */
function networks({ attachments, networkMode }: Container, { containers }: Realization): object {
  if (networkMode !== undefined) return { network_mode: modeText(networkMode, containers) };
  if (attachments.length === 0) return { network_mode: "bridge" };
  return { networks: Object.fromEntries(attachments.map((each) => [each.network, attachment(each)])) };
}

const attachment = (each: ContainerAttachment): object => ({
  aliases: distinct(each.aliases),
  ipv4_address: each.address,
  ipv6_address: each.address6,
  link_local_ips: some(each.linkLocal),
  mac_address: each.hardwareAddress,
  interface_name: each.interfaceName,
  driver_opts: each.driverOptions && { ...each.driverOptions },
  priority: each.priority,
  gw_priority: each.gatewayPriority,
});

function modeText(mode: NetworkMode, containers: readonly Container[]): string {
  if (mode.kind === "network") return mode.network;
  if (mode.kind !== "service") return mode.kind;
  return `service:${containers.find(({ key }) => key === mode.service)?.name ?? mode.service}`;
}

/** Nothing waits for the health of what has its check switched off: Compose would give up. */
function dependencies(service: Container, { containers }: Realization): Record<string, object> {
  return Object.fromEntries(
    service.dependsOn.flatMap(({ service: key, condition, restart: follows, optional }) => {
      const other = containers.find((candidate) => candidate.key === key);
      if (other === undefined) return [];
      const cannot = condition === "service_healthy" && isHealthOff(other);
      const required = optional === true ? false : undefined;
      return [[other.name, { condition: cannot ? "service_started" : condition, restart: follows, required }]];
    }),
  );
}

const restart = (wish: Restart): string =>
  wish.policy === "on-failure" && wish.maximumRetries > 0 ? `on-failure:${wish.maximumRetries}` : wish.policy;

/** Swap as much again as memory where nothing is said of it: as the engine sets it. */
const limits = ({ limits: { cpus, memory, reservedMemory, swap }, sharedMemory }: Container): object => ({
  cpus,
  mem_limit: memory && size(memory),
  memswap_limit: swap === undefined ? memory && size(2 * memory) : swap === -1 ? -1 : size(swap),
  mem_reservation: reservedMemory && size(reservedMemory),
  shm_size: sharedMemory && size(sharedMemory),
});

/** Exactly, in MB where that is a whole number. */
const size = (bytes: number): string => (bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}m` : `${bytes}b`);

const distinct = (list: readonly string[]): string[] => [...new Set(list)];

/** Empty lists and maps are left out: some mean more to Compose than nothing. */
const some = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : [...list];

const someOf = <T extends object>(map: T): T | undefined => (Object.keys(map).length === 0 ? undefined : map);

const mapped = <From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
