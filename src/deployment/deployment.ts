import type { HostSettings } from "./host-settings.ts";
import type { Source } from "../findings/finding.ts";
import type { ExtraHost } from "../notation/extra-host.ts";
import type { Home } from "../notation/home.ts";
import type { Protocol } from "../notation/protocol.ts";

/**
 * One isolated copy of an application on one endpoint, as plain and complete data: nothing that reads it has to
 * know where a value came from, and nothing in it is a secret's text.
 */
export interface Deployment {
  /** `<organization>/<project>/<stack>`: what the label `berth.stack` says on everything that belongs to it. */
  readonly id: string;
  readonly stack: string;
  /** Where its state is kept, as far as that is known. */
  readonly home?: Home;
  readonly prefix: string;
  readonly environment: Environment;
  readonly endpoint: Endpoint;
  /** False: everything is kept, nothing runs, and the ports are given up. */
  readonly running: boolean;
  readonly blueprint: string;
  /** The names a web server answers to: the domain and `www.` before it; empty without a domain. */
  readonly serverNames: readonly string[];
  /** In the order in which they start. */
  readonly services: readonly Service[];
  readonly volumes: readonly Volume[];
  /** Volumes that others create and delete; absent where there are none. */
  readonly externalVolumes?: readonly ExternalVolume[];
  readonly networks: readonly Network[];
  /** Those of its host that it joins, and that are neither created nor removed with it. */
  readonly externalNetworks: readonly ExternalNetwork[];
  readonly secrets: readonly Secret[];
  readonly staticDirectory?: StaticDirectory;
  /** Its own database on a platform. */
  readonly database?: Database;
  /** What it offers to others, if it is a platform. */
  readonly platform?: Platform;
  /** What it may open at most at PostgreSQL servers, one entry for each who opens. */
  readonly connections: readonly Connections[];
  /** Where people reach it: the published port of the blueprint's app. */
  readonly entrance?: Entrance;
  readonly sources: Sources;
}

type Environment = "development" | "staging" | "production";

/** Where a host is inspected and containers run. */
export interface Endpoint {
  /**
   * What claims and inventories know it by: two deployments share a host when these agree. The id of a Docker endpoint is
   * its URL; a kind of endpoint that serves several hosts has to distinguish them in it.
   */
  readonly id: string;
  /** How one is reached and inspected; deployments run on Docker endpoints. */
  readonly kind: "docker";
  /** As configured: `local` or a URL. */
  readonly name: string;
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. */
  readonly url: string;
}

/** Where the things that have no source of their own were written. */
interface Sources {
  readonly prefix: Source;
  readonly domain: Source;
  readonly blueprint: Source;
  /** By the service's key in the blueprint, where its image is named. */
  readonly images: Readonly<Record<string, Source>>;
}

/** What a deployment runs: containers that stay up, or one that runs once. Names on the host are up to its realization. */
export type Service = LongRunning | Job;

/** A service that stays up, in as many containers as it has replicas. */
export interface LongRunning extends Workload {
  readonly kind: "service";
  /** How many containers there are of it; at least 1. */
  readonly replicas: number;
  /** `none` switches off the image's own. */
  readonly health?: HealthCheck | "none";
  readonly restart: Restart;
}

/** A container that runs once and ends; what depends on it starts after its success. */
export interface Job extends Workload {
  readonly kind: "job";
  /** Seconds after which it is ended. */
  readonly timeout: number;
  /** What its file says of restarts and health. An `up` runs it once whatever that is; Compose keeps to it. */
  readonly written?: { readonly restart?: Restart; readonly health?: LongRunning["health"] };
}

/** What services and jobs have in common. */
export interface Workload extends HostSettings {
  /** The key in the blueprint, for example `worker`. */
  readonly key: string;
  readonly image: string;
  /** What the image is built from, where the host does not have it. */
  readonly build?: Build;
  /** `linux/arm64`; absent for the host's own. */
  readonly platform?: string;
  /** When Compose pulls the image, in its words; absent for an image that is pulled where it is missing. */
  readonly pullPolicy?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly hostname?: string;
  readonly domainname?: string;
  /** Where names are looked up; absent where Docker decides. */
  readonly nameService?: NameService;
  /** Of its interface on the first of its networks. */
  readonly hardwareAddress?: string;
  /** Absent where it is attached to networks of the deployment. */
  readonly networkMode?: NetworkMode;
  /** Links to containers of others, as Compose writes them; no provider of the engine sets them. */
  readonly externalLinks?: readonly string[];
  /** Sorted by name. */
  readonly environment: Readonly<Record<string, Value>>;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly Mount[];
  /** Containers whose mounts this one has as well; absent where there are none. */
  readonly volumesFrom?: readonly VolumesFrom[];
  /** Files that are put into the container before it starts: its secrets, and what a program reads as a file. */
  readonly files: readonly ContainerFile[];
  readonly attachments: readonly Attachment[];
  readonly dependsOn: readonly Dependency[];
  readonly limits: Limits;
  readonly labels: Readonly<Record<string, string>>;
  readonly init: boolean;
  readonly readOnly: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOptions: readonly string[];
  /** Absent where it shares nothing of its host that a container does not share by itself. */
  readonly isolation?: Isolation;
  readonly temporary: readonly TemporaryFileSystem[];
  readonly extraHosts: readonly ExtraHost[];
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  /** Seconds between the stop signal and the kill, with fractions as they were written: Docker counts whole ones. */
  readonly stopGrace: number;
  readonly stopSignal?: string;
  /** Bytes. */
  readonly sharedMemory?: number;
  /** Kernel parameters of the container's own namespaces; absent where there are none. */
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** What an image is built from, in Docker's and Compose's terms. */
export interface Build {
  /** Absolute path on this machine of what is sent to Docker; or else `remote`, which the daemon fetches. */
  readonly folder?: string;
  /** Absolute path of the Pulumi project, whose state is not sent along. */
  readonly project?: string;
  /** The URL of a Git repository or an archive. */
  readonly remote?: string;
  /** Hash of what is sent, or the URL. */
  readonly digest: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  /** The Dockerfile's own text, instead of a file. */
  readonly inline?: string;
  /** Sorted by name. */
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Secrets that steps mount, by the id that they ask for. */
  readonly secrets: readonly { readonly id: string; readonly value: Value }[];
  readonly target?: string;
  readonly platform?: string;
  /** Images whose layers may be used. */
  readonly cacheFrom?: readonly string[];
  readonly network?: string;
  /** `name:address` */
  readonly extraHosts?: readonly string[];
  /** Bytes. */
  readonly sharedMemory?: number;
  readonly pull?: true;
  readonly noCache?: true;
  /** What the Compose file says beside it, as it says it: only the export has a use for it. */
  readonly further?: Readonly<Record<string, unknown>>;
  readonly source: Source;
}

/** A container whose mounts another one has as well. */
export interface VolumesFrom {
  /** The key of a service of the deployment, or the name of a container that is none of its own. */
  readonly from:
    | { readonly service: string; readonly container?: undefined }
    | { readonly service?: undefined; readonly container: string };
  /** As its mounts are there if absent. */
  readonly mode?: "ro" | "rw";
}

/** A file system in memory. */
export interface TemporaryFileSystem {
  /** Absolute path in the container. */
  readonly target: string;
  /** As Compose and Docker write them: `size=10m,mode=1777`; empty without any. */
  readonly options: string;
  /** Where it is one of several kinds of mounts. */
  readonly source?: Source;
}

/** What a service shares with its host; Docker decides what is absent. */
export interface Isolation {
  readonly privileged?: true;
  readonly pid?: "host";
  readonly ipc?: "host" | "private" | "shareable" | "none";
  /** The user namespace: `host` where the daemon remaps users. */
  readonly usersOf?: "host";
  readonly controlGroups?: "host" | "private";
  /** The control group in which its own is. */
  readonly parent?: string;
  readonly devices?: readonly Device[];
  /** Further groups of the process, by name or number. */
  readonly groups?: readonly string[];
}

/** A device of the host in a container. */
export interface Device {
  readonly path: string;
  readonly target: string;
  /** Of r, w and m (make nodes). */
  readonly access: string;
}

/** Servers by their addresses, in the order in which they are asked. */
export interface NameService {
  readonly servers?: readonly string[];
  /** Domains in which a short name is looked up. */
  readonly searches?: readonly string[];
  readonly options?: readonly string[];
}

/**
 * The network of a container that is attached to none of its deployment's: the host's own, none, Docker's default one,
 * that of a service's container, or one of the host by its name.
 */
export type NetworkMode =
  | { readonly kind: "host" | "none" | "bridge" }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "network"; readonly network: string };

/** Text, or text with secrets in it: the parts in order, a secret by its name. */
export type Value = string | { readonly parts: readonly (string | SecretReference)[] };

export interface SecretReference {
  readonly secret: string;
  /** True where it stands in a URL, so that characters which mean something there are escaped. */
  readonly inUrl?: boolean;
}

export interface Secret {
  readonly name: string;
  /** `given` in the stack file, or generated with so many characters and kept in the state. */
  readonly origin: { readonly kind: "given" } | { readonly kind: "generated"; readonly length: number };
  /** What a given text is held against, by who holds the text. */
  readonly rule: SecretRule;
  readonly source: Source;
}

export interface SecretRule {
  /** Characters. */
  readonly minimum?: number;
  /** Public default values of the application, beside those that everybody knows. */
  readonly forbidden: readonly string[];
  /** Where none is given, one is generated. */
  readonly replaceable: boolean;
}

export interface PublishedPort {
  /** An IPv4 or IPv6 address of the host; 0.0.0.0 for all. */
  readonly address: string;
  readonly protocol: Protocol;
  readonly hostPort: number;
  readonly containerPort: number;
  /** Where `auto` would look on a conflict: first and last port, inclusive. */
  readonly range: readonly [number, number];
  /** `app`, or `app/8443` where a service publishes several: the key under `berth:ports`. */
  readonly configKey: string;
  /** What to set for another number: `["ports", "app"]`, or `["ports", "app", "port"]` where the stack says more of it. */
  readonly configPath: readonly string[];
  /** The service whose first port it follows (`app+1`), so that it moves with it. */
  readonly follows?: string;
  /** The key under `berth:ports` of the first port of its range, with which it moves: `8000-8005:9000-9005`. */
  readonly rangeOf?: string;
  readonly source: Source;
}

export type Mount = VolumeMount | DirectoryMount;

export interface VolumeMount {
  readonly kind: "volume";
  /** The volume's name on the host. */
  readonly volume: string;
  /** Names of the volumes of further replicas, where each has its own. */
  readonly ofReplicas?: readonly string[];
  readonly target: string;
  readonly readOnly: boolean;
  /** A new volume stays empty, although the image has files at the target. */
  readonly noCopy?: true;
  /** The directory of the volume that is mounted; the whole volume if absent. */
  readonly subpath?: string;
  /** Labels that Compose gives the mount. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** A file or directory of the host. */
export interface DirectoryMount {
  readonly kind: "directory";
  readonly path: string;
  readonly target: string;
  readonly readOnly: boolean;
  /**
   * Whether Docker is to create the directory where it does not exist, or to fail. Where nothing is said it creates it, and
   * a missing one is reported before.
   */
  readonly created?: boolean;
  /** The label that SELinux gives it: for all containers (z), or for this one alone (Z). */
  readonly relabel?: "z" | "Z";
  /** Whether mounts below it are seen on the other side. */
  readonly propagation?: string;
  /** How mounts below it are mounted along. */
  readonly recursive?: string;
  readonly source: Source;
}

export interface ContainerFile {
  /** Absolute path in the container. */
  readonly target: string;
  readonly content: Value;
  /** Absent where the content is text. */
  readonly encoding?: "base64";
  /** Four octal digits: 0444. */
  readonly mode: string;
  /** Ids of its owner, root if absent: the engine's provider sets none, an export does. */
  readonly user?: string;
  readonly group?: string;
  /** True where the blueprint itself says the mode. */
  readonly isExact?: true;
  readonly source: Source;
}

export interface Attachment extends Endpoints {
  /** The network's name on the host. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** In a network that deployments share each container also goes by its own name: a short one could be another's. */
  readonly byName?: true;
  /** Fixed addresses, one for each replica; absent where Docker chooses them. */
  readonly addresses?: readonly string[];
  /** Likewise of IPv6. */
  readonly addresses6?: readonly string[];
}

/** What is said of the interface that a container has in a network. */
export interface Endpoints {
  readonly linkLocal?: readonly string[];
  readonly hardwareAddress?: string;
  /** In the container: `eth1`. */
  readonly interfaceName?: string;
  readonly driverOptions?: Readonly<Record<string, string>>;
  /** The network with the highest one is a container's first; 0 if absent. */
  readonly priority?: number;
  /** The network with the highest one leads out of the container; 0 if absent. */
  readonly gatewayPriority?: number;
}

export interface HealthCheck {
  /** Absent for the image's own. */
  readonly test?: readonly string[];
  /** Nanoseconds, as Docker counts them; 0 for what the image says; likewise below. */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  /** Between checks during the start period; Docker 25 and newer. */
  readonly startInterval?: number;
  readonly retries: number;
}

export interface Dependency {
  readonly service: string;
  readonly condition: "service_started" | "service_healthy" | "service_completed_successfully";
  /** That Compose restarts what depends on it when it restarts the service. */
  readonly restart?: true;
  /** That the other one may be missing (`required: false`). */
  readonly optional?: true;
}

export type Restart =
  | { readonly policy: "no" | "always" | "unless-stopped" }
  | { readonly policy: "on-failure"; readonly maximumRetries: number };

/** What a service may use at most and what is set aside for it. CPUs as a number of cores, memory in bytes. */
export interface Limits {
  readonly cpus?: number;
  readonly memory?: number;
  readonly reservedCpus?: number;
  readonly reservedMemory?: number;
  /** Memory and swap together; -1 for no limit, absent for twice the memory. */
  readonly swap?: number;
  readonly source: Source;
}

export interface Volume {
  readonly key: string;
  readonly name: string;
  /** True where the stack file names it. */
  readonly chosen: boolean;
  /** True where a volume that exists without our label was declared to be this deployment's. */
  readonly adopted: boolean;
  /** `local` if absent. */
  readonly driver?: string;
  readonly driverOptions?: Readonly<Record<string, string>>;
  /** Those of the blueprint. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** A volume that a deployment uses, and that is none of its own. */
export interface ExternalVolume {
  readonly key: string;
  readonly name: string;
  readonly source: Source;
}

export interface Network {
  readonly key: string;
  readonly name: string;
  /** CIDR, for example 10.210.3.64/26; the gateway is its first address. */
  readonly subnet: string;
  readonly gateway: string;
  /** The part of the subnet from which Docker gives addresses. */
  readonly range?: string;
  /** Addresses that Docker gives nobody, by the names of their hosts. */
  readonly auxiliary?: Readonly<Record<string, string>>;
  /** Its subnet of IPv6, and more of either version where its driver accepts several. */
  readonly further?: readonly Subnet[];
  readonly internal: boolean;
  /** Absent for `bridge`. */
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly attachable?: true;
  readonly ipv6?: true;
  /** It has no IPv4, which no provider of the engine can say. */
  readonly withoutVersion4?: true;
  readonly labels?: Readonly<Record<string, string>>;
  /** Who gives addresses, where that is not Docker's own way. */
  readonly addressing?: { readonly driver?: string; readonly options: Readonly<Record<string, string>> };
  readonly source: Source;
}

/** One of a network's subnets. */
export interface Subnet {
  /** CIDR. */
  readonly subnet: string;
  /** Absent where Docker chooses it. */
  readonly gateway?: string;
  readonly range?: string;
  readonly auxiliary?: Readonly<Record<string, string>>;
  /** The key under `berth:subnets` that moves it; absent where only the blueprint can. */
  readonly configKey?: string;
  readonly source: Source;
}

/** A network of the host that is not the deployment's own. */
export interface ExternalNetwork {
  readonly key: string;
  /** On the host. */
  readonly name: string;
  readonly source: Source;
}

/** A directory of the host with files that a web server hands out itself. */
export interface StaticDirectory {
  readonly path: string;
  /** The path under which the web server offers it, with slashes at both ends. */
  readonly url: string;
  /** True where files that are there without a mark were declared to be this deployment's. */
  readonly adopted: boolean;
  readonly source: Source;
}

/** A database with an owner of its own on a platform's PostgreSQL. */
export interface Database {
  /** `<prefix>_db` */
  readonly name: string;
  /** The owner, who logs in: `<prefix>_user`. */
  readonly role: string;
  /** The secret that is the role's password. */
  readonly secret: string;
  /** How many sessions the role may have, pooled and direct ones together. */
  readonly connectionLimit: number;
  /** True where a database and a role of these names, which no state knows, were declared to be this deployment's. */
  readonly adopted: boolean;
  /** The next free place under `berth:adopt`. */
  readonly nextAdoption: number;
  readonly platform: Platform;
  /** Where the platform is named. */
  readonly source: Source;
}

/** PostgreSQL and the pool before it, as those who use them need to know them. */
export interface Platform {
  /** `<organization>/<project>/<stack>` */
  readonly id: string;
  readonly stack: string;
  readonly running: boolean;
  readonly endpoint: Endpoint;
  /** The containers of PostgreSQL and its pool. */
  readonly containers: { readonly server: string; readonly pool: string };
  /** The network on the host where both are found by their containers' names. */
  readonly network: string;
  /** Where PostgreSQL answers the host of the engine. */
  readonly server: SocketAddress;
  /** Where it answers in the network; likewise the pool. */
  readonly direct: SocketAddress;
  readonly pooled: SocketAddress;
  /** Names of the platform's secrets: the passwords of `postgres`, of the role that looks up passwords for the pool, and of `berth_admin`. */
  readonly secrets: { readonly admin: string; readonly lookup: string; readonly administration: string };
  /** Sessions that the pool opens at most for one database and role. */
  readonly poolSize: number;
  readonly connections: ConnectionServer;
  /** Clients that the pool accepts. */
  readonly clients: ConnectionServer;
  /** Of those, how many one deployment may have. */
  readonly tenantClients: number;
  /** The image of the relay that each deployment has in front of it. */
  readonly relayImage: string;
}

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** How many sessions a PostgreSQL server takes, or how many clients a pool. */
export interface ConnectionServer {
  readonly counts?: "clients";
  /** The container's name. */
  readonly container: string;
  /** Without those kept for superusers; of a pool, for administrators. */
  readonly available: number;
  /** Those that are kept. */
  readonly reserved: number;
  /** The setting that its blueprint takes the number from, and the stack that can set it. */
  readonly setting?: { readonly stack: string; readonly name: string };
}

/** Sessions that may be open at one PostgreSQL server at most. */
export interface Connections {
  readonly server: ConnectionServer;
  readonly count: number;
  /** Who opens them: a service, `pool`, or `administration`. */
  readonly by: string;
  /** Opened at a platform's PostgreSQL past its pool. */
  readonly direct?: true;
  readonly source: Source;
}

export interface Entrance {
  readonly service: string;
  readonly port: number;
  readonly address: string;
  /** Path that answers 200 when all is well, for example /health/. */
  readonly healthPath: string;
  /** The blueprint names no such path: `/` is a guess, and what it answers says little of whether all is well. */
  readonly guessed?: true;
}
