import type { ComposeService } from "../blueprint/blueprint.ts";
import type { HostSettings, Throttle } from "../deployment/host-settings.ts";
import { bytesFromZero, sizeAllowed } from "../notation/quantities.ts";
import { quoted } from "../notation/quoted.ts";
import { deviceRequestsOf } from "./device-requests.ts";
import { exportOnlyOf } from "./export-only.ts";
import type { Filler, Path } from "./interpolate.ts";
import { ulimitsOf } from "./ulimits.ts";

/** What a service's containers get of their host and how they run there, as far as its file says anything; see the model. */
export function hostSettingsOf(compose: ComposeService, path: Path, filler: Filler): HostSettings {
  const number = (key: NumberKey, from: number, to: number): number | undefined =>
    filler.parsed(
      compose[key],
      [...path, key],
      (text) => (/^-?\d{1,15}$/.test(text) && inRange(Number(text), from, to) ? Number(text) : undefined),
      `a whole number from ${from} to ${to}, or 0 for Docker's own`,
    ) || undefined;
  const settings: HostSettings = {
    cpuShares: number("cpu_shares", 0, 262_144),
    cpuQuota: number("cpu_quota", 1_000, 1e12),
    cpuPeriod: number("cpu_period", 1_000, 1_000_000),
    cpuSet: filler.parsed(
      compose.cpuset || undefined,
      [...path, "cpuset"],
      processors,
      "processors, for example 0-2,4",
    ),
    ulimits: ulimitsOf(compose.ulimits, [...path, "ulimits"], filler),
    throttles: throttlesOf(compose.blkio_config, [...path, "blkio_config"], filler),
    deviceRules: some(
      (compose.device_cgroup_rules ?? []).flatMap(
        (rule, index) => filler.parsed(rule, [...path, "device_cgroup_rules", index], deviceRule, ruleAllowed) ?? [],
      ),
    ),
    deviceRequests: some(deviceRequestsOf(compose, path, filler)),
    storage: compose.storage_opt && Object.keys(compose.storage_opt).length > 0 ? compose.storage_opt : undefined,
    runtime: compose.runtime || undefined,
    terminal: filler.flag(compose.tty, [...path, "tty"]) || undefined,
    openInput: filler.flag(compose.stdin_open, [...path, "stdin_open"]) || undefined,
    exportOnly: exportOnlyOf(compose, path, filler),
  };
  const isDivided = settings.cpuQuota !== undefined || settings.cpuPeriod !== undefined;
  const { limits } = compose.deploy?.resources ?? {};
  if (isDivided && Number(limits?.cpus ?? compose.cpus ?? 0) > 0)
    filler.wrong(
      [...path, settings.cpuQuota === undefined ? "cpu_period" : "cpu_quota"],
      "it is given beside a number of cores, which says the same in other words",
      "cpus, or cpu_quota and cpu_period",
    );
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

type NumberKey = "cpu_shares" | "cpu_quota" | "cpu_period";

/** 0 says nothing; -1 of a quota says that there is none. */
const inRange = (value: number, from: number, to: number): boolean =>
  value === 0 || (value >= from && value <= to) || (value === -1 && from === 1_000 && to > 1_000_000);

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

const processors = (text: string): string | undefined => (/^\d+(?:[,-]\d+)*$/.test(text) ? text : undefined);

const ruleAllowed = "a type (a, b or c), a major and minor number, and what is allowed: c 1:3 mr";
const deviceRule = (text: string): string | undefined =>
  /^[acb] (?:\d+|\*):(?:\d+|\*) [rwm]{1,3}$/.test(text) ? text : undefined;

const throttleKeys = {
  device_read_bps: "readBytes",
  device_read_iops: "readOperations",
  device_write_bps: "writeBytes",
  device_write_iops: "writeOperations",
} as const satisfies Record<string, Throttle["of"]>;

function throttlesOf(
  written: ComposeService["blkio_config"],
  path: Path,
  filler: Filler,
): readonly Throttle[] | undefined {
  const keys = Object.keys(throttleKeys) as (keyof typeof throttleKeys)[];
  const throttles = keys.flatMap((key) =>
    (written?.[key] ?? []).flatMap(({ path: device, rate }, index): Throttle[] => {
      const at = [...path, key, index];
      if (!device.startsWith("/"))
        filler.wrong([...at, "path"], `found ${quoted(device)}`, "a device, for example /dev/sda");
      const perSecond = filler.parsed(rate, [...at, "rate"], bytesFromZero, sizeAllowed);
      return perSecond === undefined ? [] : [{ of: throttleKeys[key], path: device, rate: perSecond }];
    }),
  );
  return some(throttles);
}
