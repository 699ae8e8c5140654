import type * as docker from "@pulumi/docker";
import type { HostSettings, Throttle } from "../deployment/host-settings.ts";

/** What a container gets of its host and how it runs there, in the words of the engine's provider. */
export function hostSettings(settings: HostSettings): Partial<docker.ContainerArgs> {
  const { throttles = [], deviceRequests } = settings;
  return {
    cpuShares: settings.cpuShares,
    cpuQuota: settings.cpuQuota,
    cpuPeriod: settings.cpuPeriod,
    cpuSet: settings.cpuSet,
    ulimits:
      settings.ulimits && Object.entries(settings.ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
    deviceReadBps: rates("readBytes", throttles),
    deviceReadIops: rates("readOperations", throttles),
    deviceWriteBps: rates("writeBytes", throttles),
    deviceWriteIops: rates("writeOperations", throttles),
    deviceCgroupRules: settings.deviceRules && [...settings.deviceRules],
    // Without a driver the provider would take another one than Docker, which goes by the capabilities.
    deviceRequests: deviceRequests?.map(({ driver = "nvidia", count = 0, ids, capabilities, options }) => ({
      driver,
      count,
      deviceIds: ids && [...ids],
      capabilities: [...capabilities],
      options: options && { ...options },
    })),
    storageOpts: settings.storage && { ...settings.storage },
    runtime: settings.runtime,
    tty: settings.terminal,
    stdinOpen: settings.openInput,
  };
}

function rates(of: Throttle["of"], throttles: readonly Throttle[]) {
  const found = throttles.filter((throttle) => throttle.of === of).map(({ path, rate }) => ({ path, rate }));
  return found.length === 0 ? undefined : found;
}
