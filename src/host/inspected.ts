import type { RuntimeName } from "../deployment/runtime.ts";
import type { NotLookedAt } from "../findings/gap.ts";

/**
 * What drift is detected from: the part of Docker's own descriptions that a deployment has a say in, in Docker's words.
 * Older and newer daemons leave things out or say null, so nearly everything may be missing. `liveReport` has it from a
 * snapshot of the host.
 */
export interface Live {
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
  /** What runs the containers. */
  readonly runtime: RuntimeName;
  /** Those with a name that was asked for, or with the label of a deployment that was asked for. */
  readonly containers: readonly InspectedContainer[];
  readonly volumes: readonly InspectedVolume[];
  readonly networks: readonly InspectedNetwork[];
  /** By name as a deployment has it, and by id; undefined where the host has none. */
  readonly images: Readonly<Record<string, InspectedImage | undefined>>;
  /** SHA-256 of files in containers, by the container's id and the path; undefined where there is none. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
  readonly notLookedAt: readonly NotLookedAt[];
}

type Maybe<T> = T | null | undefined;
type Texts = Maybe<readonly string[]>;
type Rates = Maybe<readonly { readonly Path: string; readonly Rate: number }[]>;
type Labels = Maybe<Readonly<Record<string, string>>>;

/** `docker inspect` of a container. */
export interface InspectedContainer {
  readonly Id: string;
  /** With a slash before it. */
  readonly Name: string;
  /** Id of the image it was made from. */
  readonly Image: string;
  readonly RestartCount?: number;
  readonly State: InspectedState;
  readonly Config: InspectedConfig;
  readonly HostConfig: InspectedHostConfig;
  readonly Mounts?: Maybe<readonly InspectedMount[]>;
  readonly NetworkSettings: {
    readonly Networks?: Maybe<Readonly<Record<string, InspectedAttachment>>>;
    /** Those that are bound now. */
    readonly Ports?: Maybe<InspectedBindings>;
  };
}

/** By the container's port: `80/tcp`. */
export type InspectedBindings = Readonly<
  Record<string, Maybe<readonly { readonly HostIp?: string; readonly HostPort?: string }[]>>
>;

interface InspectedState {
  /** created, running, paused, restarting, exited, dead */
  readonly Status: string;
  readonly ExitCode?: number;
  /** Why Docker could not start it. */
  readonly Error?: string;
  readonly OOMKilled?: boolean;
  readonly StartedAt?: string;
  readonly Health?: Maybe<{ readonly Status?: string; readonly Log?: Maybe<readonly { readonly Output?: string }[]> }>;
}

/** Of a container or of an image: what the latter says counts where nothing else is said. */
export interface InspectedConfig {
  /** The image's name, of a container. */
  readonly Image?: string;
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly Env?: Texts;
  readonly Cmd?: Texts;
  readonly Entrypoint?: Texts;
  readonly WorkingDir?: string;
  readonly Labels?: Labels;
  readonly Volumes?: Maybe<Readonly<Record<string, object>>>;
  readonly Healthcheck?: Maybe<InspectedHealthCheck>;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StopSignal?: string;
  /** Seconds. */
  readonly StopTimeout?: Maybe<number>;
}

/** Times in nanoseconds. */
export interface InspectedHealthCheck {
  readonly Test?: Texts;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** Sizes in bytes. */
export interface InspectedHostConfig {
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly MemoryReservation?: number;
  readonly NanoCpus?: number;
  readonly CpuQuota?: number;
  readonly CpuPeriod?: number;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
  readonly PidsLimit?: Maybe<number>;
  readonly ShmSize?: number;
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number };
  readonly NetworkMode?: string;
  readonly PortBindings?: Maybe<InspectedBindings>;
  readonly PublishAllPorts?: boolean;
  readonly Tmpfs?: Maybe<Readonly<Record<string, string>>>;
  readonly Sysctls?: Maybe<Labels>;
  readonly ExtraHosts?: Texts;
  readonly Dns?: Texts;
  readonly DnsSearch?: Texts;
  readonly DnsOptions?: Texts;
  readonly CapAdd?: Texts;
  readonly CapDrop?: Texts;
  readonly SecurityOpt?: Texts;
  readonly ReadonlyRootfs?: boolean;
  readonly Init?: Maybe<boolean>;
  readonly Privileged?: boolean;
  readonly PidMode?: string;
  readonly IpcMode?: string;
  readonly UsernsMode?: string;
  readonly CgroupnsMode?: string;
  readonly CgroupParent?: string;
  readonly GroupAdd?: Texts;
  readonly Devices?: Maybe<
    readonly { readonly PathOnHost: string; readonly PathInContainer: string; readonly CgroupPermissions: string }[]
  >;
  readonly Ulimits?: Maybe<readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[]>;
  readonly BlkioDeviceReadBps?: Rates;
  readonly BlkioDeviceReadIOps?: Rates;
  readonly BlkioDeviceWriteBps?: Rates;
  readonly BlkioDeviceWriteIOps?: Rates;
  readonly DeviceCgroupRules?: Texts;
  readonly DeviceRequests?: Maybe<
    readonly { readonly Count?: number; readonly DeviceIDs?: Texts; readonly Capabilities?: Maybe<readonly Texts[]> }[]
  >;
  readonly StorageOpt?: Labels;
  readonly Runtime?: string;
  readonly LogConfig?: { readonly Type?: string; readonly Config?: Labels };
}

export interface InspectedMount {
  readonly Type: string;
  readonly Name?: string;
  readonly Source?: string;
  readonly Destination: string;
  readonly RW: boolean;
  /** Of a bind mount. */
  readonly Propagation?: string;
}

export interface InspectedAttachment {
  /** Empty until the container first started. */
  readonly NetworkID?: string;
  readonly Aliases?: Texts;
  readonly IPAMConfig?: Maybe<{
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: Texts;
  }>;
  /** The one it has while it runs. */
  readonly IPAddress?: string;
  /** Likewise of IPv6. */
  readonly GlobalIPv6Address?: string;
}

export interface InspectedVolume {
  readonly Name: string;
  readonly Driver?: string;
  readonly Labels?: Labels;
  readonly Options?: Maybe<Readonly<Record<string, string>>>;
}

export interface InspectedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Driver?: string;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly EnableIPv6?: boolean;
  readonly Options?: Labels;
  readonly Labels?: Labels;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: Labels;
    readonly Config?: Maybe<readonly InspectedSubnet[]>;
  };
  /** Names of all containers that are attached to a network of this name, stopped ones too. */
  readonly attached: readonly string[];
}

interface InspectedSubnet {
  readonly Subnet?: string;
  readonly Gateway?: string;
  readonly IPRange?: string;
  readonly AuxiliaryAddresses?: Labels;
}

export interface InspectedImage {
  readonly Id: string;
  readonly Config?: Maybe<InspectedConfig>;
}
