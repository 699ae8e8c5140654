/** What runs containers at an endpoint. */
export type RuntimeName = "docker" | "podman";

/** Where a runtime differs from Docker (as seen with Podman 4.3). */
export interface Runtime {
  /**
   * By the provider's property of a container: the fields of Docker's description that the runtime reports in other words
   * than it was given, or not at all. None of them can change while a container lives. What a deployment changes of it
   * arrives nevertheless: it changes the label `berth.spec`, which creates a new container.
   */
  readonly misreported: Readonly<Partial<Record<string, readonly MisreportedField[]>>>;
  /** The same of networks, where only the engine reads them. */
  readonly misreportedOfNetworks: readonly string[];
  /** Whether restart policy and memory of a running container can be changed. */
  readonly updates: boolean;
  /** The address of a published port as the runtime has to be given it. */
  readonly publishedAddress: (address: string) => string;
}

const docker: Runtime = {
  misreported: {},
  misreportedOfNetworks: [],
  updates: true,
  publishedAddress: (address) => address,
};

const misreported = {
  /** One by one, as they differ from those that Podman gives by itself. */
  capabilities: ["CapAdd", "CapDrop"],
  /** Not at all. */
  logOpts: ["LogConfig"],
  /** `no-new-privileges` without `:true`. */
  securityOpts: ["SecurityOpt"],
  /** As a number. */
  stopSignal: ["StopSignal"],
  /** Not at all. */
  sysctls: ["Sysctls"],
  /** With options of its own, and those that it creates by itself for a read-only root file system. */
  tmpfs: ["Tmpfs"],
} as const;

/** A field of Docker's description of a container. */
export type MisreportedField = (typeof misreported)[keyof typeof misreported][number];

const podman: Runtime = {
  misreported,
  // It adds `driver: host-local` by itself.
  misreportedOfNetworks: ["ipamOptions"],
  // It has no `docker update`.
  updates: false,
  /**
   * Given `0.0.0.0`, netavark 1.4 makes a rule for that address alone, and nothing ever answers on the port; given nothing,
   * it means all, and so does the provider.
   */
  publishedAddress: (address) => (address === "0.0.0.0" ? "" : address),
};

export const runtimes: Readonly<Record<RuntimeName, Runtime>> = { docker, podman };
