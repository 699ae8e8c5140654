import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { BuiltImage } from "./build.ts";
import { capabilitiesOf } from "./capabilities.ts";
import type {
  Dependency,
  Endpoint,
  ExternalNetwork,
  ExternalVolume,
  LongRunning,
  Network,
  PublishedPort,
  Restart,
  Service,
  Value,
  Volume,
} from "../deployment/deployment.ts";
import { grantedFiles } from "./files.ts";
import type { Filler, Path } from "./interpolate.ts";
import { extraHostsOf } from "./extra-hosts.ts";
import { healthCheck } from "./health-check.ts";
import { hostSettingsOf } from "./host-settings.ts";
import { isolationOf } from "./isolation.ts";
import { limitsOf } from "./limits.ts";
import { loggingOf } from "./logging.ts";
import { mountsOf } from "./mounts.ts";
import { attachments } from "./attachments.ts";
import { hardwareAddressOf, nameServiceOf } from "./name-service.ts";
import { namespacesOf } from "./namespaces.ts";
import { networkModeOf } from "./network-mode.ts";
import { hostnameOf, processWords, userOf, workingDirectoryOf } from "./process.ts";
import type { Places } from "./relative-paths.ts";
import { pullOf } from "./pull.ts";
import { swarmRestart } from "./restart.ts";
import { securityOptionsOf } from "./security-options.ts";
import { stopSignalOf } from "./stop-signal.ts";
import { sysctlsOf } from "./sysctls.ts";
import { temporaryOf } from "./temporary.ts";
import { bytesFromZero, duration, durationAllowed, sizeAllowed } from "../notation/quantities.ts";
import { environment } from "./variables.ts";
import { volumesFromOf } from "./volumes-from.ts";
import { ownValue } from "../notation/own-value.ts";

/** What all services of a deployment share while they are made. */
export interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  readonly prefix: string;
  readonly networks: readonly Network[];
  readonly externalNetworks: readonly ExternalNetwork[];
  readonly volumes: readonly Volume[];
  readonly external: readonly ExternalVolume[];
  /** Volumes of mounts that name none, collected while services are made. */
  readonly anonymous: Volume[];
  /** Where paths of the blueprint are. */
  readonly places: Places;
  /** Paths of the host that services write to. */
  readonly writtenPaths: readonly { readonly service: string; readonly path: string }[];
  readonly endpoint: Endpoint;
  /** Whether the endpoint's host is this machine. */
  readonly isLocal: boolean;
  /** Services that are part of this deployment. */
  readonly present: ReadonlySet<string>;
  readonly ports: Readonly<Record<string, readonly PublishedPort[]>>;
  readonly images: Readonly<Record<string, string>>;
  /** What is built of them, by service. */
  readonly builds: Readonly<Record<string, BuiltImage>>;
  /** Environment that the stack adds, by service. */
  readonly added: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** Who has a fixed address, by network and address. */
  readonly addresses: Map<string, string>;
  /** The network on the host that the deployment shares with others. */
  readonly shared: string | undefined;
}

/** One service of a deployment. @param compose with its variables filled in, but for image and environment */
export function makeService(key: string, compose: ComposeService, context: Context): Service {
  const { blueprint, filler } = context;
  const at = (...path: (string | number)[]): Path => ["services", key, ...path];
  const health = healthCheck(compose.healthcheck, at("healthcheck"), filler);
  const policy =
    swarmRestart(compose.deploy?.restart_policy, at("deploy", "restart_policy"), filler) ??
    restart(compose.restart, at("restart"), context);
  if (!blueprint.jobs.has(key))
    return { kind: "service", ...workloadOf(key, compose, context), replicas: 1, health, restart: policy };
  const written = {
    ...(compose.restart !== undefined && policy.policy !== "no" && { restart: policy }),
    ...(health !== undefined && { health }),
  };
  return {
    kind: "job",
    ...workloadOf(key, compose, context),
    timeout: timeLimit(key, blueprint, filler),
    ...(Object.keys(written).length > 0 && { written }),
  };
}

function workloadOf(
  key: string,
  compose: ComposeService,
  context: Context,
): Omit<LongRunning, "kind" | "replicas" | "health" | "restart"> {
  const { config, blueprint, filler } = context;
  const at = (...path: (string | number)[]): Path => ["services", key, ...path];
  const mode = networkModeOf(key, compose, context);
  const namespaces = namespacesOf(key, compose, context);
  const built = ownValue(context.builds, key);
  const mounted = mountsOf(key, compose, context);
  const granted = grantedFiles(key, compose, context);
  return {
    key,
    image: ownValue(context.images, key) ?? "",
    ...(built !== undefined && { build: built.build }),
    ...processWords(compose, at(), filler),
    user: userOf(compose.user, at("user"), filler),
    workingDirectory: workingDirectoryOf(compose.working_dir, at("working_dir"), filler),
    hostname: hostnameOf(compose.hostname, at("hostname"), filler),
    domainname: hostnameOf(compose.domainname, at("domainname"), filler),
    nameService: nameServiceOf(compose, at(), filler),
    hardwareAddress: hardwareAddressOf(compose.mac_address, at("mac_address"), filler),
    networkMode: mode,
    ...(compose.external_links?.length && { externalLinks: compose.external_links }),
    environment: environment(key, compose.environment ?? nothing, {
      config,
      blueprint,
      filler,
      added: ownValue(context.added, key) ?? nothing,
    }),
    ports: ownValue(context.ports, key) ?? [],
    mounts: [...mounted.mounts, ...granted.mounts],
    volumesFrom: volumesFromOf(compose.volumes_from, at("volumes_from"), context),
    files: [...granted.files, ...mounted.files],
    attachments: attachments(key, compose, context),
    dependsOn: withShared(
      [mode?.kind === "service" ? mode.service : undefined, namespaces?.pid, namespaces?.ipc],
      dependencies(compose.depends_on, blueprint.extension, context.present),
    ),
    limits: limitsOf(key, compose, context),
    labels: Object.fromEntries(Object.entries(compose.labels ?? {}).map(([name, text]) => [name, text ?? ""])),
    init: filler.flag(compose.init, at("init")) ?? false,
    readOnly: filler.flag(compose.read_only, at("read_only")) ?? false,
    capAdd: capabilitiesOf(compose.cap_add, at("cap_add"), filler),
    capDrop: capabilitiesOf(compose.cap_drop, at("cap_drop"), filler),
    securityOptions: securityOptionsOf(compose.security_opt, at("security_opt"), context),
    isolation: isolationOf(compose, at(), filler),
    temporary: [...temporaryOf(compose.tmpfs, at("tmpfs"), filler), ...mounted.temporary],
    extraHosts: extraHostsOf(compose.extra_hosts, at("extra_hosts"), filler),
    logging: loggingOf(compose.logging, at("logging"), filler),
    stopGrace: seconds(compose.stop_grace_period, at("stop_grace_period"), filler) ?? 10,
    stopSignal: stopSignalOf(compose.stop_signal, at("stop_signal"), filler),
    sharedMemory: filler.parsed(compose.shm_size, at("shm_size"), bytesFromZero, sizeAllowed) || undefined,
    sysctls: sysctlsOf(compose.sysctls, at("sysctls"), filler),
    ...hostSettingsOf(compose, at(), filler),
    ...(namespaces && { namespaces }),
    ...pullOf(compose, at(), filler),
    source: blueprint.source(at()),
  };
}

const nothing = {};

/** A service is there before those that share its network or namespaces, also where a variable names it. */
const withShared = (
  owners: readonly (string | undefined)[],
  dependencies: readonly Dependency[],
): readonly Dependency[] => [
  ...dependencies,
  ...[...new Set(owners)].flatMap((owner): Dependency[] =>
    owner === undefined || dependencies.some(({ service }) => service === owner)
      ? []
      : [{ service: owner, condition: "service_started", restart: true }],
  ),
];

function seconds(text: string | undefined, path: Path, filler: Filler): number | undefined {
  const time = filler.parsed(text, path, duration, durationAllowed);
  return time === undefined ? undefined : time / 1e9;
}

/** Seconds. A migration that waits for a lock must not keep an `up` waiting for good. */
function timeLimit(key: string, { jobs }: Blueprint, filler: Filler): number {
  const path = ["x-berth", "jobs", key, "timeout"];
  const written = jobs.get(key)?.timeout;
  const text = written === undefined ? undefined : filler.text(written, path);
  return filler.parsed(text, path, wholeSeconds, "a duration of at least a second, for example 15m") ?? 15 * 60;
}

const wholeSeconds = (text: string): number | undefined => {
  const time = duration(text);
  return time !== undefined && time >= 1e9 ? Math.ceil(time / 1e9) : undefined;
};

/** Who depends on what x-berth names a job depends on its success; elsewhere a file's own words count. */
const dependencies = (
  written: ComposeService["depends_on"],
  { jobs }: Blueprint["extension"],
  present: ReadonlySet<string>,
): Dependency[] =>
  Object.entries<{ condition: Dependency["condition"]; restart?: boolean | string; required?: boolean | string }>(
    written ?? {},
  )
    .filter(([service]) => present.has(service))
    .map(([service, { condition, restart: follows, required }]) => ({
      service,
      condition: (Array.isArray(jobs) ? jobs.includes(service) : Object.hasOwn(jobs, service))
        ? ("service_completed_successfully" as const)
        : condition,
      ...(follows === true && { restart: true as const }),
      ...(required === false && { optional: true as const }),
    }));

/** Compose starts nothing again where a service says nothing; a hardened blueprint does. */
function restart(text: string | undefined, path: Path, { filler, blueprint }: Context): Restart {
  const parse = (policy: string): Restart | undefined => {
    if (policy === "always" || policy === "unless-stopped") return { policy };
    if (policy === "no" || policy === "false") return { policy: "no" };
    const failure = /^on-failure(?::(\d{1,9}))?$/.exec(policy);
    return failure === null ? undefined : { policy: "on-failure", maximumRetries: Number(failure[1] ?? 0) };
  };
  return (
    filler.parsed(text, path, parse, "no, always, unless-stopped, on-failure or on-failure:3") ?? {
      policy: blueprint.extension.hardened ? "unless-stopped" : "no",
    }
  );
}
