import type { Endpoint } from "../deployment/deployment.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import type { Remedy } from "../findings/remedy.ts";
import type { StatusFailure } from "../docker/failure.ts";
import type { Protocol } from "../notation/protocol.ts";
import type { InspectedContainer, InspectedImage, InspectedNetwork, InspectedVolume } from "./inspected.ts";

/**
 * What is live on one endpoint, read once: claims, drift and status follow from it. Or the reason why there is none.
 */
export type HostReport =
  | ({ readonly kind: "seen" } & HostSnapshot)
  | { readonly kind: "unreachable"; readonly endpoint: Endpoint; readonly reason: string; readonly remedy: Remedy };

export interface HostSnapshot {
  readonly endpoint: Endpoint;
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
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
  /** Images that were asked for, by name or id. */
  readonly images: Readonly<Record<string, ImageReport>>;
  /** SHA-256 of files in containers, by the container's id and the path; undefined where there is none. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
  /** What could not be looked at although the endpoint answered, for example processes of a remote host. */
  readonly notLookedAt: readonly NotLookedAt[];
  /** Of this, what concerns the deployments that the host was read for: the rest makes a comparison with it no less whole. */
  readonly ownGaps: readonly NotLookedAt[];
}

/** What the host says of an image. */
export type ImageReport =
  | { readonly kind: "here"; readonly image: InspectedImage }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly message: string };

export interface LiveContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** Docker's word: running, exited, created, paused, restarting, dead. */
  readonly state: string;
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
  /** What it uses, while it runs and where it was measured. */
  readonly use?: Measured;
  /** Why Docker could only list it, and not describe it. */
  readonly undescribed?: StatusFailure;
  /** As Docker describes it; absent where it could only be listed. */
  readonly inspect?: InspectedContainer;
}

/** Cores on average over a second, and bytes without what the kernel only caches. */
export interface Measured {
  readonly cpus: number;
  readonly memory: number;
}

export interface LivePort {
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface LiveVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As Docker describes it. */
  readonly inspect: InspectedVolume;
}

export interface LiveNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Subnets in CIDR, of IPv4 and IPv6. */
  readonly subnets: readonly string[];
  /** Likewise addresses. */
  readonly gateways: readonly string[];
  /** Whether it leads nowhere else. */
  readonly internal: boolean;
  /** As Docker describes it. */
  readonly inspect: InspectedNetwork;
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
