import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment, HealthCheck, Mount, Service } from "../deployment/deployment.ts";
import { serviceLabels } from "../deployment/labels.ts";
import { cores, goDuration, labelList, megabytes, temporaryFileSystems } from "./canonical.ts";
import { podmanAddress, podmanOptions } from "./podman.ts";
import { type Secrets, valueText } from "./values.ts";

/** What a container needs of the resources made before it. */
export interface ContainerContext {
  readonly deployment: Deployment;
  readonly secrets: Secrets;
  /** Image id by image name: a tag that moves replaces the container. */
  readonly images: Readonly<Record<string, pulumi.Output<string>>>;
  /** Network id by network name: a network that is replaced takes its containers along. */
  readonly networks: Readonly<Record<string, pulumi.Output<string>>>;
  /** Volumes by name. */
  readonly volumes: Readonly<Record<string, docker.Volume>>;
  /** By service: what its container carries as `berth.attempt`, so that one that failed or was changed by hand is replaced. */
  readonly attempts: Readonly<Record<string, string>>;
  /** Whether it is Podman that makes the container. */
  readonly podman: boolean;
}

/** Properties whose change the provider shows as an update and never applies, or applies only to a new container. */
const onlyByReplacement = ["healthcheck", "init", "tmpfs", "start", "mustRun", "stopSignal", "stopTimeout"];

/** The container of a service or job. The provider deletes the old one before it makes the new one. */
export function makeContainer(
  name: string,
  service: Service,
  context: ContainerContext,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  const { deployment, secrets } = context;
  const running = deployment.running;
  const isJob = service.kind === "job";
  const { cpus, memory, reservedMemory } = service.limits;
  const podman = context.podman ? podmanOptions.container : { ignoreChanges: [], replaceOnChanges: [] };
  return new docker.Container(
    name,
    {
      name: service.name,
      image: context.images[service.image] ?? service.image,
      entrypoints: service.entrypoint && [...service.entrypoint],
      command: service.command && [...service.command],
      user: service.user,
      workingDir: service.workingDirectory,
      hostname: service.hostname,
      envs: Object.entries(service.environment).map(([key, value]) => prefixed(`${key}=`, valueText(value, secrets))),
      ports: running
        ? service.ports.map(({ address, protocol, hostPort, containerPort }) => ({
            ip: context.podman ? podmanAddress(address) : address,
            protocol,
            external: hostPort,
            internal: containerPort,
          }))
        : [],
      volumes: service.mounts.map(volume),
      uploads: service.files.map(({ target, content, mode }) => ({
        file: target,
        content: valueText(content, secrets),
        permissions: mode,
      })),
      networksAdvanced: service.attachments.map(({ network, aliases, address }) => ({
        name: context.networks[network] ?? network,
        aliases: [...aliases],
        ipv4Address: address,
      })),
      healthcheck: service.health && health(service.health),
      restart: service.restart.policy,
      maxRetryCount: service.restart.policy === "on-failure" ? service.restart.maximumRetries : undefined,
      cpus: cpus === undefined ? undefined : cores(cpus),
      memory: memory === undefined ? undefined : megabytes(memory),
      memorySwap: memory === undefined ? undefined : 2 * megabytes(memory),
      memoryReservation: reservedMemory === undefined ? undefined : megabytes(reservedMemory),
      shmSize: service.sharedMemory === undefined ? undefined : megabytes(service.sharedMemory),
      sysctls: service.sysctls && { ...service.sysctls },
      init: service.init,
      readOnly: service.readOnly,
      capabilities: capabilities(service),
      securityOpts: [...service.securityOptions],
      tmpfs: service.temporary.length === 0 ? undefined : temporaryFileSystems(service.temporary),
      hosts: service.extraHosts.map(extraHost),
      logDriver: service.logging.driver,
      logOpts: { ...service.logging.options },
      labels: labelList(serviceLabels(deployment, service, context.attempts[service.key])),
      stopSignal: service.stopSignal,
      stopTimeout: service.stopGrace,
      destroyGraceSeconds: service.stopGrace,
      start: running,
      mustRun: running && !isJob,
      attach: isJob && running,
      logs: isJob && running,
      wait: running && service.health !== undefined,
      waitTimeout: service.health && waitSeconds(service.health),
    },
    {
      ...options,
      deleteBeforeReplace: true,
      ignoreChanges: podman.ignoreChanges,
      replaceOnChanges: [...onlyByReplacement, ...podman.replaceOnChanges],
      // The provider would give up after 20 minutes; a job is ended before.
      ...(service.timeout !== undefined && {
        customTimeouts: { create: `${service.timeout + service.stopGrace + 60}s` },
      }),
    },
  );
}

const prefixed = (start: string, value: pulumi.Input<string>): pulumi.Input<string> =>
  typeof value === "string" ? start + value : pulumi.output(value).apply((text) => start + text);

const volume = (mount: Mount): docker.types.input.ContainerVolume => ({
  ...(mount.kind === "volume" ? { volumeName: mount.volume } : { hostPath: mount.path }),
  containerPath: mount.target,
  readOnly: mount.readOnly,
});

/** Two empty lists would be read back as nothing, and the container replaced by every `up`. */
const capabilities = ({ capAdd, capDrop }: Service): docker.types.input.ContainerCapabilities | undefined =>
  capAdd.length + capDrop.length === 0 ? undefined : { adds: [...capAdd], drops: [...capDrop] };

const health = (check: HealthCheck): docker.types.input.ContainerHealthcheck => ({
  tests: [...check.test],
  interval: goDuration(check.interval),
  timeout: goDuration(check.timeout),
  startPeriod: goDuration(check.startPeriod),
  retries: check.retries,
});

/** Until the last check that may fail has failed, and some seconds for the start itself. The provider always waits to the end. */
const waitSeconds = ({ startPeriod, interval, timeout, retries }: HealthCheck): number =>
  Math.ceil((startPeriod + retries * (interval + timeout)) / 1e9) + 15;

const extraHost = (entry: string): { host: string; ip: string } => {
  const at = entry.search(/[:=]/);
  return { host: entry.slice(0, at), ip: entry.slice(at + 1) };
};
