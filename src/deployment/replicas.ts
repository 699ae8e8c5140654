import type { Service } from "./deployment.ts";

/** The key of a service in the blueprint and under `berth:services`, which all its replicas share. */
export const writtenKey = ({ key, replicaOf }: Pick<Service, "key" | "replicaOf">): string => replicaOf ?? key;

/** How many containers a service has, among all of its deployment. */
export const replicaCount = (key: string, services: readonly Service[]): number =>
  services.filter((service) => writtenKey(service) === key).length;
