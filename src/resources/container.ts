import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { HealthCheck, Isolation, Mount, Restart } from "../deployment/deployment.ts";
import { type Container, healthOf, isHealthOff, type Realization, restartOf } from "../deployment/realization.ts";
import { type Labels, containerLabels } from "../deployment/labels.ts";
import { secondsUntilUnhealthy } from "../deployment/settling.ts";
import {
  cores,
  directory,
  goDuration,
  interfacesOf,
  labelList,
  megabytes,
  processWords,
  publishedPorts,
  readOtherwise,
  stopSeconds,
  swapMegabytes,
  temporaryFileSystems,
} from "../deployment/canonical.ts";
import type { Runtime } from "../deployment/runtime.ts";
import { hostSettings } from "./host-settings.ts";
import { type Secrets, valueText } from "./values.ts";
import { ownValue } from "../notation/own-value.ts";

/** What a container needs of the resources made before it. */
export interface ContainerContext {
  readonly deployment: Realization;
  readonly secrets: Secrets;
  /** Image id by image name: a tag that moves replaces the container. */
  readonly images: Readonly<Record<string, pulumi.Output<string>>>;
  /** Network id by network name: a network that is replaced takes its containers along. */
  readonly networks: Readonly<Record<string, pulumi.Output<string>>>;
  /** Containers by key: those before which it was named. */
  readonly containers: ReadonlyMap<string, docker.Container>;
  /** Volumes by name. */
  readonly volumes: Readonly<Record<string, docker.Volume>>;
  /**
   * By service: what its container carries as `berth.attempt`, so that one that failed or was changed outside Pulumi is
   * replaced.
   */
  readonly attempts: Readonly<Record<string, string>>;
  /** By service: the labels that say where the state is. */
  readonly marks: Readonly<Record<string, Labels>>;
  /** What runs the container. */
  readonly runtime: Runtime;
}

/** Properties whose change the provider shows as an update and never applies, or applies only to a new container. */
const onlyByReplacement = ["healthcheck", "init", "tmpfs", "stopSignal", "stopTimeout"];

/** What Docker changes of a container that goes on running. */
const updated = ["restart", "maxRetryCount", "memory", "memorySwap", "memoryReservation"];

/** What says whether a job runs when its container is created. */
const jobStart = ["start", "attach", "logs"];

/** The container of a service or job. The provider deletes the old one before it makes the new one. */
export function makeContainer(
  name: string,
  service: Container,
  context: ContainerContext,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  const { deployment, secrets, runtime } = context;
  const running = deployment.running;
  const isJob = service.kind === "job";
  const { entrypoint, command } = processWords(service);
  const { cpus, memory, reservedMemory } = service.limits;
  const check = healthOf(service);
  const optioned = service.mounts.filter(needsOptions);
  // A daemon that is restarted starts whatever has another policy. It stays where the runtime cannot change it in place.
  const restart: Restart = running || !runtime.updates ? restartOf(service) : { policy: "no" };
  return new docker.Container(
    name,
    {
      name: service.name,
      image: ownValue(context.images, service.image) ?? service.image,
      entrypoints: entrypoint,
      command,
      user: service.user,
      workingDir: directory(service.workingDirectory),
      hostname: service.hostname,
      domainname: service.domainname,
      networkMode: networkMode(service, context),
      dns: list(service.nameService?.servers),
      dnsSearches: list(service.nameService?.searches),
      dnsOpts: list(service.nameService?.options),
      envs: Object.entries(service.environment).map(([key, value]) => prefixed(`${key}=`, valueText(value, secrets))),
      ports: publishedPorts(service, deployment).map(({ address, protocol, hostPort, containerPort }) => ({
        ip: runtime.publishedAddress(address),
        protocol,
        external: hostPort,
        internal: containerPort,
      })),
      volumes: [
        ...service.mounts.filter((mount) => !needsOptions(mount)).map(volume),
        ...volumesFrom(service, deployment),
      ],
      mounts: optioned.length === 0 ? undefined : optioned.map(mountWithOptions),
      uploads: service.files.map(({ target, content, encoding, mode }) => ({
        file: target,
        [encoding === undefined ? "content" : "contentBase64"]: valueText(content, secrets),
        permissions: mode,
      })),
      networksAdvanced: interfacesOf(service).map((each) => ({
        name: ownValue(context.networks, each.network) ?? each.network,
        aliases: [...each.aliases],
        ipv4Address: each.address,
        ipv6Address: each.address6,
        linkLocalIps: list(each.linkLocal),
        macAddress: each.hardwareAddress,
        driverOpts: each.driverOptions && Object.entries(each.driverOptions).map(([name, text]) => `${name}=${text}`),
        gwPriority: each.gatewayPriority,
      })),
      healthcheck: isHealthOff(service) ? { tests: ["NONE"] } : check && health(check),
      restart: restart.policy,
      maxRetryCount: restart.policy === "on-failure" ? restart.maximumRetries : undefined,
      cpus: cpus === undefined ? undefined : cores(cpus),
      memory: memory === undefined ? undefined : megabytes(memory),
      memorySwap: swapMegabytes(service.limits),
      memoryReservation: reservedMemory === undefined ? undefined : megabytes(reservedMemory),
      shmSize: service.sharedMemory === undefined ? undefined : megabytes(service.sharedMemory),
      sysctls: service.sysctls && { ...service.sysctls },
      init: service.init,
      readOnly: service.readOnly,
      capabilities: capabilities(service),
      securityOpts: [...service.securityOptions],
      ...isolation(service.isolation),
      ...namespaces(service, context),
      ...hostSettings(service),
      tmpfs: service.temporary.length === 0 ? undefined : temporaryFileSystems(service.temporary),
      hosts: service.extraHosts.map(({ host, address: ip }) => ({ host, ip })),
      logDriver: service.logging.driver,
      logOpts: { ...service.logging.options },
      labels: labelList({
        ...containerLabels(deployment, service, ownValue(context.attempts, service.key)),
        ...ownValue(context.marks, service.key),
      }),
      stopSignal: service.stopSignal,
      stopTimeout: stopSeconds(service.stopGrace),
      destroyGraceSeconds: Math.ceil(service.stopGrace),
      start: running,
      mustRun: running && !isJob,
      attach: isJob && running,
      logs: isJob && running,
      // Whether its image has a test is not known here; the provider fails where it has none.
      wait: running && check?.test !== undefined,
      // The provider always waits to the end.
      waitTimeout: check?.test && secondsUntilUnhealthy(check),
    },
    {
      ...options,
      deleteBeforeReplace: true,
      // The container of a job that has run stays as it is while its deployment is stopped, with its log and its end.
      ignoreChanges: [
        ...Object.keys(runtime.misreported),
        ...readOtherwise(service),
        ...(isJob && !running ? jobStart : []),
      ],
      replaceOnChanges: [...onlyByReplacement, ...(isJob ? jobStart : []), ...(runtime.updates ? [] : updated)],
      // The provider would give up after 20 minutes; a job is ended before.
      ...(service.kind === "job" && {
        customTimeouts: { create: `${service.timeout + Math.ceil(service.stopGrace) + 60}s` },
      }),
    },
  );
}

const list = (texts: readonly string[] | undefined): string[] | undefined => texts && [...texts];

/** The network of another container is known by its id: the name of one would be read back as that. */
function networkMode({ networkMode: mode }: Container, { containers }: ContainerContext) {
  if (mode === undefined) return undefined;
  if (mode.kind === "network") return mode.network;
  if (mode.kind !== "service") return mode.kind;
  return containerMode(mode.service, containers);
}

function containerMode(key: string, containers: ContainerContext["containers"]): pulumi.Output<string> {
  const { id } = containers.get(key) ?? { id: key };
  return pulumi.interpolate`container:${id}`;
}

const namespaces = ({ namespaces: { pid, ipc } = {} }: Container, { containers }: ContainerContext) => ({
  ...(pid !== undefined && { pidMode: containerMode(pid, containers) }),
  ...(ipc !== undefined && { ipcMode: containerMode(ipc, containers) }),
});

const prefixed = (start: string, value: pulumi.Input<string>): pulumi.Input<string> =>
  typeof value === "string" ? start + value : pulumi.output(value).apply((text) => start + text);

const volume = (mount: Mount): docker.types.input.ContainerVolume => ({
  ...(mount.kind === "volume" ? { volumeName: mount.volume } : { hostPath: mount.path }),
  containerPath: mount.target,
  readOnly: mount.readOnly,
  ...(mount.kind === "directory" && mount.relabel && { selinuxRelabel: mount.relabel }),
});

/** Whether a mount says more than the provider's `volumes` can. */
const needsOptions = (mount: Mount): boolean =>
  mount.kind === "volume"
    ? mount.noCopy === true || mount.subpath !== undefined || mount.target.includes(":")
    : mount.created === false || mount.propagation !== undefined || `${mount.path}${mount.target}`.includes(":");

const mountWithOptions = (mount: Mount): docker.types.input.ContainerMount => {
  const { target, readOnly } = mount;
  if (mount.kind === "directory") {
    const { path: source, propagation } = mount;
    return { type: "bind", source, target, readOnly, ...(propagation && { bindOptions: { propagation } }) };
  }
  const { volume: source, noCopy = false, subpath } = mount;
  const volumeOptions = { noCopy, ...(subpath !== undefined && { subpath }) };
  return { type: "volume", source, target, readOnly, ...(mount.noCopy || subpath ? { volumeOptions } : {}) };
};

const volumesFrom = (
  { volumesFrom: all = [] }: Container,
  { containers }: Realization,
): docker.types.input.ContainerVolume[] =>
  all.map(({ from, mode }) => {
    const name = from.container ?? containers.find(({ key }) => key === from.service)?.name ?? from.service;
    return { fromContainer: mode === undefined ? name : `${name}:${mode}` };
  });

/** Two empty lists would be read back as nothing, and the container replaced by every `up`. */
const capabilities = ({ capAdd, capDrop }: Container): docker.types.input.ContainerCapabilities | undefined =>
  capAdd.length + capDrop.length === 0 ? undefined : { adds: [...capAdd], drops: [...capDrop] };

const isolation = (shared: Isolation = {}) => ({
  privileged: shared.privileged,
  pidMode: shared.pid,
  ipcMode: shared.ipc,
  usernsMode: shared.usersOf,
  cgroupnsMode: shared.controlGroups,
  cgroupParent: shared.parent,
  devices: shared.devices?.map(({ path, target, access }) => ({
    hostPath: path,
    containerPath: target,
    permissions: access,
  })),
  groupAdds: shared.groups && [...shared.groups],
});

const health = (check: HealthCheck): docker.types.input.ContainerHealthcheck => ({
  tests: check.test && [...check.test],
  interval: goDuration(check.interval),
  timeout: goDuration(check.timeout),
  startPeriod: goDuration(check.startPeriod),
  startInterval: check.startInterval === undefined ? undefined : goDuration(check.startInterval),
  retries: check.retries,
});
