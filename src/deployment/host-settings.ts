/** What a service's containers get of their host beside memory and cores, and how they run there; Docker decides what is absent. */
export interface HostSettings {
  /** Weight among containers that compete for processors; Docker's own is 1024. */
  readonly cpuShares?: number;
  /** Microseconds of processor time in each period; -1 for no limit. */
  readonly cpuQuota?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** The processors that it may run on: `0-2,4`. */
  readonly cpuSet?: string;
  /** By name: nofile, nproc, … */
  readonly ulimits?: Readonly<Record<string, Ulimit>>;
  readonly throttles?: readonly Throttle[];
  /** Devices that it may use once they are there: `c 1:3 mr`. */
  readonly deviceRules?: readonly string[];
  readonly deviceRequests?: readonly DeviceRequest[];
  /** Options of the host's storage driver. */
  readonly storage?: Readonly<Record<string, string>>;
  /** What runs the container on its host: `runc`. */
  readonly runtime?: string;
  /** That its process has a terminal. */
  readonly terminal?: true;
  /** That its input stays open while nobody is attached. */
  readonly openInput?: true;
  /** The services whose namespaces it shares, by key. */
  readonly namespaces?: Namespaces;
  readonly exportOnly?: ExportOnly;
}

/** Whose processes a container sees, and whose memory it can share. */
export interface Namespaces {
  readonly pid?: string;
  readonly ipc?: string;
}

/** -1 for no limit. */
export interface Ulimit {
  readonly soft: number;
  readonly hard: number;
}

/** How fast a block device may be used. */
export interface Throttle {
  readonly of: "readBytes" | "readOperations" | "writeBytes" | "writeOperations";
  readonly path: string;
  /** In a second. */
  readonly rate: number;
}

/** Devices that a driver of the host hands out, GPUs above all. */
export interface DeviceRequest {
  readonly driver?: string;
  /** -1 for all; absent where ids say which. */
  readonly count?: number;
  readonly ids?: readonly string[];
  readonly capabilities: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

/** Keys of Compose that the engine's provider of Docker has no property for. */
export const exportOnlyKeys = [
  "annotations",
  "blkio_config",
  "cpu_count",
  "cpu_percent",
  "cpu_rt_period",
  "cpu_rt_runtime",
  "expose",
  "isolation",
  "mem_swappiness",
  "oom_kill_disable",
  "oom_score_adj",
  "pids_limit",
  "uts",
] as const;

export type ExportOnlyKey = (typeof exportOnlyKeys)[number];

/** What an exported Compose file alone can ask for, in Compose's own words. */
export type ExportOnly = Readonly<Partial<Record<ExportOnlyKey, Plain>>>;

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
