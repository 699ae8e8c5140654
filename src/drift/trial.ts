import { extraHostText } from "../notation/extra-host.ts";
import { createdPaths, requiredBinds } from "../deployment/binds.ts";
import { type Container, healthOf, isFirst, isHealthOff, type Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import {
  megabytes,
  nanoCores,
  processWords,
  securityOptions,
  stopSeconds,
  swapMegabytes,
  temporaryFileSystems,
} from "../deployment/canonical.ts";
import type { ContainerDrift } from "./container.ts";
import type { Live } from "../host/inspected.ts";
import { ownValue } from "../notation/own-value.ts";

/** In no image; Docker prepares the whole container before it finds that out, and so nothing of an image ever runs. */
export const nothing = "/berth-trial/nothing-runs";

/** A service whose container is about to be created, with the image to try it with. */
export interface Trial {
  readonly service: Container;
  /** Docker's id of an image that is there. */
  readonly image: string;
  /** Whether it is the service's own image: another one has other users. */
  readonly own: boolean;
}

/** The containers that an `up` would create beside or in place of those that are live; none where nothing is live yet. */
export function trialsOf(drifts: readonly ContainerDrift[], { images }: Live): Trial[] {
  const live = drifts.flatMap((drift) => ("container" in drift && drift.kind !== "foreign" ? [drift.container] : []));
  const [any] = live;
  if (any === undefined) return [];
  return drifts.flatMap((drift): Trial[] => {
    const { service } = drift;
    if (!isFirst(service) || (drift.kind !== "outdated" && drift.kind !== "absent")) return [];
    const own = ownValue(images, service.image)?.Id;
    const former = drift.kind === "outdated" ? drift.container.Image : any.Image;
    return [{ service, image: own ?? former, own: own !== undefined }];
  });
}

/**
 * A container with the service's values and without anything that could clash or stay: no ports, networks, volumes or
 * environment, and with a program that no image has. In the words of Docker's API, where this form of a bind mount is
 * refused if its source is missing, instead of created.
 */
export function trialContainer({ service, image, own }: Trial, deployment: Realization) {
  const { limits, logging } = service;
  const health = healthOf(service);
  const swap = swapMegabytes(limits);
  const isCovered = (path: string): boolean =>
    service.mounts.some(({ target }) => path === target || path.startsWith(`${target}/`)) ||
    service.files.some(({ target }) => path === target);
  const knowsUsers = own && !isCovered("/etc/passwd") && !isCovered("/etc/group");
  const directory = service.workingDirectory;
  return {
    Image: image,
    Entrypoint: [nothing],
    Cmd: processWords(service).command ?? [],
    Labels: { [labels.trial]: deployment.id },
    ...(service.user !== undefined && knowsUsers && { User: service.user }),
    ...(directory !== undefined && !isCovered(directory) && { WorkingDir: directory }),
    ...(service.hostname !== undefined && { Hostname: service.hostname }),
    ...(service.stopSignal !== undefined && { StopSignal: service.stopSignal }),
    StopTimeout: stopSeconds(service.stopGrace),
    ...(isHealthOff(service) && { Healthcheck: { Test: ["NONE"] } }),
    ...(health !== undefined && {
      Healthcheck: {
        Test: [...(health.test ?? [])],
        Interval: health.interval,
        Timeout: health.timeout,
        StartPeriod: health.startPeriod,
        ...(health.startInterval !== undefined && { StartInterval: health.startInterval }),
        Retries: health.retries,
      },
    }),
    HostConfig: {
      NetworkMode: "none",
      Mounts: requiredBinds(service, createdPaths(deployment)).map(({ path, target }) => ({
        Type: "bind" as const,
        Source: path,
        Target: target,
        ReadOnly: true,
      })),
      Memory: bytes(limits.memory),
      MemorySwap: swap === undefined || swap === -1 ? (swap ?? 0) : swap * 1024 ** 2,
      MemoryReservation: bytes(limits.reservedMemory),
      NanoCpus: nanoCores(limits.cpus ?? 0),
      ShmSize: bytes(service.sharedMemory),
      ReadonlyRootfs: service.readOnly,
      CapAdd: [...service.capAdd],
      CapDrop: [...service.capDrop],
      SecurityOpt: securityOptions(service.securityOptions),
      ...isolation(service, knowsUsers),
      ...hostSettings(service),
      Tmpfs: temporaryFileSystems(service.temporary),
      Sysctls: Object.fromEntries(Object.entries(service.sysctls ?? {}).filter(([name]) => !ofInterface.test(name))),
      ExtraHosts: service.extraHosts.map(extraHostText),
      LogConfig: { Type: logging.driver, Config: { ...logging.options } },
    },
  };
}

function isolation({ isolation: shared = {} }: Container, knowsUsers: boolean) {
  const isKnown = (group: string): boolean => knowsUsers || /^\d+$/.test(group);
  return {
    ...(shared.privileged && { Privileged: true }),
    PidMode: shared.pid ?? "",
    ...(shared.ipc !== undefined && { IpcMode: shared.ipc }),
    UsernsMode: shared.usersOf ?? "",
    ...(shared.controlGroups !== undefined && { CgroupnsMode: shared.controlGroups }),
    CgroupParent: shared.parent ?? "",
    Devices: (shared.devices ?? []).map(({ path, target, access }) => ({
      PathOnHost: path,
      PathInContainer: target,
      CgroupPermissions: access,
    })),
    GroupAdd: (shared.groups ?? []).filter(isKnown),
  };
}

function hostSettings({ cpuShares, cpuQuota, cpuPeriod, cpuSet, ...more }: Container) {
  return {
    CpuShares: cpuShares ?? 0,
    CpuQuota: cpuQuota ?? 0,
    CpuPeriod: cpuPeriod ?? 0,
    CpusetCpus: cpuSet ?? "",
    Ulimits: Object.entries(more.ulimits ?? {}).map(([name, { soft, hard }]) => ({
      Name: name,
      Soft: soft,
      Hard: hard,
    })),
    DeviceCgroupRules: [...(more.deviceRules ?? [])],
    ...(more.storage !== undefined && { StorageOpt: { ...more.storage } }),
    ...(more.runtime !== undefined && { Runtime: more.runtime }),
  };
}

const bytes = (size: number | undefined): number => megabytes(size ?? 0) * 1024 ** 2;

/** Parameters of one interface, which a container without networks does not have. */
const ofInterface = /^net\.ipv[46]\.(?:conf|neigh)\.(?!all\.|default\.|lo\.)/;
