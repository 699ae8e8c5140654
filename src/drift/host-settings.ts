import type { HostSettings, Throttle } from "../deployment/host-settings.ts";
import type { InspectedHostConfig } from "../host/inspected.ts";
import { changedEntries, type Difference, listText, unequal } from "./difference.ts";

/** In what a container gets something else of its host, or runs otherwise there, than its service says. */
export function hostSettingDifferences(wanted: HostSettings, live: InspectedHostConfig): Difference[] {
  const { throttles = [], ulimits = {} } = wanted;
  const throttle = (what: string, of: Throttle["of"], found: InspectedHostConfig["BlkioDeviceReadBps"]): Difference[] =>
    unequal(
      what,
      listText(found?.map(({ Path: path, Rate: rate }) => `${path}: ${rate}`)),
      listText(throttles.filter((each) => each.of === of).map(({ path, rate }) => `${path}: ${rate}`)),
    );
  return [
    ...unequal("CPU shares", number(live.CpuShares), number(wanted.cpuShares)),
    ...unequal("CPU quota", number(live.CpuQuota), number(wanted.cpuQuota)),
    ...unequal("CPU period", number(live.CpuPeriod), number(wanted.cpuPeriod)),
    ...unequal("CPU set", live.CpusetCpus || "all", wanted.cpuSet ?? "all"),
    ...changedEntries(
      "ulimit",
      // Those of the daemon's own settings, which every container has, are no drift of this one.
      Object.fromEntries(
        (live.Ulimits ?? [])
          .filter(({ Name: name }) => Object.hasOwn(ulimits, name))
          .map(({ Name: name, Soft: soft, Hard: hard }) => [name, `${soft}:${hard}`]),
      ),
      Object.fromEntries(Object.entries(ulimits).map(([name, { soft, hard }]) => [name, `${soft}:${hard}`])),
    ),
    ...throttle("read rate of devices", "readBytes", live.BlkioDeviceReadBps),
    ...throttle("read operations of devices", "readOperations", live.BlkioDeviceReadIOps),
    ...throttle("write rate of devices", "writeBytes", live.BlkioDeviceWriteBps),
    ...throttle("write operations of devices", "writeOperations", live.BlkioDeviceWriteIOps),
    ...unequal("device rules", listText(live.DeviceCgroupRules), listText(wanted.deviceRules)),
    ...unequal("device requests", listText(liveRequests(live)), listText(wantedRequests(wanted))),
    ...changedEntries("storage option", live.StorageOpt ?? {}, wanted.storage ?? {}),
    ...(wanted.runtime === undefined ? [] : unequal("runtime", live.Runtime ?? "", wanted.runtime)),
  ];
}

const number = (count: number | null | undefined): string => (count ? String(count) : "none");

/** What a driver is called is up to Docker where the service does not say. */
const wantedRequests = ({ deviceRequests = [] }: HostSettings): string[] =>
  deviceRequests.map(({ count = 0, ids = [], capabilities }) => requestText(count, ids, capabilities));

const liveRequests = ({ DeviceRequests: requests }: InspectedHostConfig): string[] =>
  (requests ?? []).map(({ Count: count, DeviceIDs: ids, Capabilities: capabilities }) =>
    requestText(count ?? 0, ids ?? [], capabilities?.[0] ?? []),
  );

const requestText = (count: number, ids: readonly string[], capabilities: readonly string[]): string =>
  `${ids.length > 0 ? [...ids].sort().join("+") : count === -1 ? "all" : count} with ${[...capabilities].sort().join("+")}`;
