import type { HealthCheck } from "../deployment/deployment.ts";
import type { DeviceRequest, HostSettings, Throttle } from "../deployment/host-settings.ts";

/** What a container gets of its host and how it runs there, in Compose's words. */
export function hostSettings(settings: HostSettings): object {
  const { exportOnly = {}, throttles, deviceRequests } = settings;
  const { blkio_config: weights, ...others } = exportOnly;
  return {
    cpu_shares: settings.cpuShares,
    cpu_quota: settings.cpuQuota,
    cpu_period: settings.cpuPeriod,
    cpuset: settings.cpuSet,
    ulimits: settings.ulimits && { ...settings.ulimits },
    blkio_config: throttles || weights ? { ...(weights as object | undefined), ...throttled(throttles) } : undefined,
    device_cgroup_rules: settings.deviceRules && [...settings.deviceRules],
    deploy: deviceRequests && { resources: { reservations: { devices: deviceRequests.map(requested) } } },
    storage_opt: settings.storage && { ...settings.storage },
    runtime: settings.runtime,
    tty: settings.terminal,
    stdin_open: settings.openInput,
    ...others,
  };
}

const throttleKeys: Readonly<Record<Throttle["of"], string>> = {
  readBytes: "device_read_bps",
  readOperations: "device_read_iops",
  writeBytes: "device_write_bps",
  writeOperations: "device_write_iops",
};

function throttled(throttles: readonly Throttle[] = []): Record<string, object[]> {
  const rates: Record<string, object[]> = {};
  for (const { of, path, rate } of throttles) (rates[throttleKeys[of]] ??= []).push({ path, rate });
  return rates;
}

const requested = ({ driver, count, ids, capabilities, options }: DeviceRequest): object => ({
  driver,
  count: count === -1 ? "all" : count,
  device_ids: ids && [...ids],
  capabilities: [...capabilities],
  options: options && { ...options },
});

/** A health check in Compose's words; what is 0 is left to the image. */
export const healthText = ({ test, interval, timeout, startPeriod, startInterval, retries }: HealthCheck): object => ({
  test: test && [...test],
  interval: some(interval),
  timeout: some(timeout),
  start_period: some(startPeriod),
  start_interval: some(startInterval),
  retries: retries || undefined,
});

const some = (nanoseconds: number | undefined): string | undefined => (nanoseconds ? time(nanoseconds) : undefined);

/** Nanoseconds as a duration, exactly. */
export const time = (nanoseconds: number): string =>
  nanoseconds % 1e9 === 0
    ? `${nanoseconds / 1e9}s`
    : nanoseconds % 1e6 === 0
      ? `${nanoseconds / 1e6}ms`
      : `${nanoseconds}ns`;
