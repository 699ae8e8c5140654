import { image } from "./tenancy.ts";

/** A healthcare stack on a small host. */
export interface Clinic {
  readonly prefix: string;
  readonly port: number;
  /** Of the host, for logs and certificates. */
  readonly folder: string;
  /** Images that stand in for those of the blueprint, where no registry answers. */
  readonly images: { readonly postgres: string; readonly redis: string };
  readonly subnet: string;
  /** Of what is reserved for each service; 32M if not given. */
  readonly reserved?: string;
  readonly replicas?: number;
}

/** The text of its stack file. */
export function clinicFile({ prefix, port, folder, images, subnet, reserved = "32M", replicas = 1 }: Clinic): string {
  const limits = (memory: string, more = ""): string =>
    `{ cpus: 0.5, memory: ${reserved === "32M" ? memory : reserved}, reservations: { cpus: 0.05, memory: ${reserved} }${more} }`;
  return `config:
  berth:blueprint: healthcare
  berth:prefix: ${prefix}
  berth:domain: ${prefix.replaceAll("_", "-")}.example
  berth:ports: { api: ${port} }
  berth:images: { api: "${image("1")}", postgres: "${images.postgres}", dragonfly: "${images.redis}" }
  berth:subnets: { app: ${subnet} }
  berth:services:
    api: ${limits("256M")}
    worker: ${limits("256M", `, replicas: ${replicas}`)}
    postgres: ${limits("512M")}
    dragonfly: ${limits("128M")}
  berth:settings:
    WORKER_CONNECTIONS: "15"
    CACHE_SERVER: redis-server --appendonly yes
    APP_UID: "1001"
    APP_GID: "1001"
    LOG_ROOT: ${folder}
    TLS_DIRECTORY: ${folder}
`;
}
