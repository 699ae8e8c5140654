/**
 * What is live on one endpoint, seen once: a report, or the reason why there is none.
 */
export type HostReport =
  | ({ readonly kind: "seen" } & Host)
  | { readonly kind: "unreachable"; readonly endpoint: string; readonly reason: string; readonly remedy: string };

export interface Host {
  /** The endpoint's url. */
  readonly endpoint: string;
  /** Why this program does not see the endpoint's files, processes and routes; absent where it does. */
  readonly elsewhere?: string;
  /** Its version, where it is Podman that answers in Docker's place. */
  readonly podman?: string;
  /** Cores and bytes of the whole host. */
  readonly capacity: { readonly cpus: number; readonly memory: number };
  readonly containers: readonly LiveContainer[];
  readonly volumes: readonly LiveVolume[];
  readonly networks: readonly LiveNetwork[];
  /** Published ports of Swarm services. */
  readonly swarmPorts: readonly (LivePort & { readonly service: string })[];
  /** Sockets that no container's published port explains; empty where the endpoint is not this machine. */
  readonly listeners: readonly Listener[];
  /** Routes that no network of Docker's explains; empty where the endpoint is not this machine. */
  readonly routes: readonly LiveRoute[];
  /** What could not be looked at although the endpoint answered, for example processes of a remote host. */
  readonly notLookedAt: readonly { readonly what: string; readonly why: string }[];
}

export interface LiveContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** Docker's word: running, exited, created, paused, restarting, dead. */
  readonly state: string;
  /** Of a container that has ended. */
  readonly exitCode?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Docker's word: no, always, unless-stopped, on-failure; absent where it could only be listed. */
  readonly restartPolicy?: string;
  readonly networkMode: string;
  /** As configured, so also of stopped containers; a random host port counts only while it is bound. */
  readonly ports: readonly LivePort[];
  /** Of the host, as absolute paths. */
  readonly directories: readonly { readonly path: string; readonly readOnly: boolean }[];
  readonly volumes: readonly string[];
  /** Those that it has, and those that it will have when it is started again; networks by their names. */
  readonly addresses: readonly { readonly network: string; readonly address: string }[];
  /** Cores; 0 where there is no limit. */
  readonly cpus: number;
  /** Bytes; 0 where there is no limit. */
  readonly memory: number;
  readonly reservedMemory: number;
}

export interface LivePort {
  readonly address: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

interface LiveVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface LiveNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** IPv4 subnets in CIDR. */
  readonly subnets: readonly string[];
  /** IPv4 addresses. */
  readonly gateways: readonly string[];
  /** Whether it leads nowhere else. */
  readonly internal: boolean;
}

/** A subnet that this machine reaches, and the interface by which it does. */
export interface LiveRoute {
  /** IPv4 in CIDR. */
  readonly subnet: string;
  readonly device: string;
}

/** A listening socket of this machine. */
export interface Listener extends LivePort {
  /** `nginx (pid 812)` where it could be found out, else `a process` and why it has no name. */
  readonly process: string;
}
