import { deployKeys } from "./deploy-schema.ts";
import { extension } from "./extension-schema.ts";
import { hostMaps } from "./host-schema.ts";
import { attachment, network } from "./network-schema.ts";
import { blueprintSchema, service } from "./schema.ts";
import { tuningKeys } from "./tuning-schema.ts";

const keys = (shape: object): readonly string[] => Object.keys(shape);

/** The keys that may stand in a map of a blueprint, by the map's own key; for finding the one that was meant. */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  "": keys(blueprintSchema.shape),
  service: keys(service.shape),
  healthcheck: ["test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"],
  ...deployKeys,
  ...hostMaps,
  logging: ["driver", "options"],
  "x-berth": keys(extension.shape),
  jobs: ["timeout"],
  static: ["directory", "url"],
  database: ["server", "connections"],
  platform: ["server", "pool", "network", "admin", "lookup", "poolSize"],
  ...tuningKeys,
  ipam: ["driver", "config", "options"],
  networks: [...keys(network.shape), ...keys(attachment.shape)],
  configs: ["content", "file", "environment", "external", "name"],
};
