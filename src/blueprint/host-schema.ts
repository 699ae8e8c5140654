import * as z from "zod";
import { gpuRequests } from "./deploy-schema.ts";
import { flag, list, map, name, pairs, text } from "./forms.ts";

/** What a Compose file says of a service's share of its host: of its processors, its memory, its devices and its kernel. */

const ulimit = z.union(
  [
    text.transform((limit) => ({ soft: limit, hard: limit })),
    z.strictObject({ soft: text, hard: text }, { error: "{ soft, hard }" }),
  ],
  { error: "a number, or { soft, hard }" },
);

const rate = z.strictObject({ path: name("a device of the host"), rate: text }, { error: "{ path, rate }" });
const weight = z.strictObject({ path: name("a device of the host"), weight: text }, { error: "{ path, weight }" });
const rates = list(rate, "devices and rates");

const blockDevices = z.strictObject(
  {
    weight: text.optional(),
    weight_device: list(weight, "devices and weights").optional(),
    device_read_bps: rates.optional(),
    device_read_iops: rates.optional(),
    device_write_bps: rates.optional(),
    device_write_iops: rates.optional(),
  },
  { error: "{ weight, weight_device, device_read_bps, device_read_iops, device_write_bps, device_write_iops }" },
);

export const hostKeys = {
  cpus: text.optional(),
  cpu_shares: text.optional(),
  cpu_quota: text.optional(),
  cpu_period: text.optional(),
  cpu_rt_runtime: text.optional(),
  cpu_rt_period: text.optional(),
  cpu_count: text.optional(),
  cpu_percent: text.optional(),
  cpuset: text.optional(),
  mem_limit: text.optional(),
  mem_reservation: text.optional(),
  memswap_limit: text.optional(),
  mem_swappiness: text.optional(),
  shm_size: text.optional(),
  pids_limit: text.optional(),
  oom_kill_disable: flag.optional(),
  oom_score_adj: text.optional(),
  blkio_config: blockDevices.optional(),
  ulimits: map(ulimit, "limits by name").optional(),
  gpus: gpuRequests.optional(),
  device_cgroup_rules: list(name("a rule, for example c 1:3 mr"), "rules").optional(),
  storage_opt: map(text, "options by name").optional(),
  sysctls: pairs.optional(),
  annotations: pairs.optional(),
  runtime: name("a runtime of the host, for example runc").optional(),
  uts: name("host").optional(),
  isolation: name("default").optional(),
  tty: flag.optional(),
  stdin_open: flag.optional(),
};

/** The keys that may stand in each of their maps. */
export const hostMaps: Readonly<Record<string, readonly string[]>> = { blkio_config: Object.keys(blockDevices.shape) };
