import * as z from "zod";
import { list, map, name, pairs, text } from "./forms.ts";

/** What a Compose file says of a service under `deploy:`, and what it says of devices like GPUs in both places. */

const request = {
  capabilities: list(name("a capability, for example gpu"), "capabilities"),
  driver: name("a driver, for example nvidia").optional(),
  count: text.optional(),
  device_ids: list(text, "ids of devices").optional(),
  options: pairs.optional(),
};

const requestAllowed = "{ capabilities, driver, count, device_ids, options }";

/** One request for devices; a count of all of them where neither count nor ids are given. */
const deviceRequest = z.strictObject(request, { error: requestAllowed });

const gpuRequest = z.strictObject(
  { ...request, capabilities: request.capabilities.default([]) },
  { error: requestAllowed },
);

/** Requests for devices, with the capability `gpu` in any case. */
export const gpuRequests = z.union(
  [z.literal("all").transform((): z.output<typeof gpuRequest>[] => [{ capabilities: [] }]), z.array(gpuRequest)],
  { error: `all, or a list of ${requestAllowed}` },
);

/** Accepted as it is: it means something to a cluster alone. */
const ofCluster = z.unknown();

const limits = z.strictObject(
  { cpus: text.optional(), memory: text.optional(), pids: text.optional() },
  { error: "{ cpus, memory, pids }" },
);

const reservations = z.strictObject(
  {
    cpus: text.optional(),
    memory: text.optional(),
    devices: list(deviceRequest, "requests for devices").optional(),
    generic_resources: list(ofCluster, "resources").optional(),
  },
  { error: "{ cpus, memory, devices }" },
);

const restartPolicy = z.strictObject(
  {
    condition: name("none, on-failure or any").optional(),
    max_attempts: text.optional(),
    delay: text.optional(),
    window: text.optional(),
  },
  { error: "{ condition, max_attempts, delay, window }" },
);

export const deploySchema = z.strictObject(
  {
    resources: z
      .strictObject(
        { limits: limits.optional(), reservations: reservations.optional() },
        { error: "{ limits, reservations }" },
      )
      .optional(),
    replicas: text.optional(),
    restart_policy: restartPolicy.optional(),
    mode: name("replicated or global").optional(),
    endpoint_mode: name("vip or dnsrr").optional(),
    labels: pairs.optional(),
    placement: map(ofCluster, "wishes for a place").optional(),
    update_config: map(ofCluster, "settings of updates").optional(),
    rollback_config: map(ofCluster, "settings of rollbacks").optional(),
  },
  { error: "{ resources, replicas, restart_policy }" },
);

/** The keys that may stand in each of its maps. */
export const deployKeys: Readonly<Record<string, readonly string[]>> = {
  deploy: Object.keys(deploySchema.shape),
  resources: ["limits", "reservations"],
  limits: Object.keys(limits.shape),
  reservations: Object.keys(reservations.shape),
  restart_policy: Object.keys(restartPolicy.shape),
};
