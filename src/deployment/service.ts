import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { quoted } from "../conflicts/mistake.ts";
import type { Dependency, Network, PublishedPort, Restart, Service, Value, Volume } from "./deployment.ts";
import { containerFiles } from "./files.ts";
import { type Filler, hasVariable, type Memory, type Path } from "./fill.ts";
import { healthCheck } from "./health-check.ts";
import { limitsOf } from "./limits.ts";
import { makeMount } from "./mounts.ts";
import { hostName } from "./names.ts";
import { attachments } from "./networks.ts";
import { profileOf } from "./profile.ts";
import { once } from "./remembered.ts";
import { sysctlsOf } from "./sysctls.ts";
import { bytes, duration, durationAllowed, sizeAllowed } from "./quantities.ts";
import { environment } from "./variables.ts";
import { shellWords } from "./words.ts";

/** What all services of a deployment share while they are made. */
export interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  readonly prefix: string;
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  /** Services that are part of this deployment. */
  readonly present: ReadonlySet<string>;
  readonly ports: Readonly<Record<string, readonly PublishedPort[]>>;
  readonly images: Readonly<Record<string, string>>;
  /** Environment that the stack adds, by service. */
  readonly added: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** Who has a fixed address, by network and address. */
  readonly addresses: Map<string, string>;
  /** The network on the host that the deployment shares with others. */
  readonly shared: string | undefined;
}

/** One service of a deployment. @param compose with its variables filled in, but for image and environment */
export function makeService(key: string, compose: ComposeService, context: Context): Service {
  const { config, filler, blueprint, present } = context;
  const own: Own = {
    name: hostName(context.prefix, key),
    image: context.images[key] ?? "",
    entrypoint: words(compose.entrypoint, ["services", key, "entrypoint"], filler),
    command: words(compose.command, ["services", key, "command"], filler),
    environment: environment(key, compose.environment ?? nothing, {
      config,
      filler,
      added: context.added[key] ?? nothing,
    }),
    ports: context.ports[key] ?? [],
    mounts: (compose.volumes ?? []).flatMap(
      (mount, index) => makeMount(mount, ["services", key, "volumes", index], context) ?? [],
    ),
    files: containerFiles(key, compose, blueprint, filler),
    attachments: attachments(key, compose, context),
    timeout: blueprint.jobs.has(key) ? timeLimit(key, blueprint, filler) : undefined,
  };
  const written = blueprint.services[key] ?? compose;
  const from = [
    present,
    config.services[key],
    profileOf(config, blueprint),
    ...varyingKeys(written).map((name) => compose[name]),
  ];
  const like = filler.made(alike, written, from, () => wholeService(own, key, compose, context));
  return { ...like, ...own };
}

const nothing = {};

/** What each deployment has of its own in a service. */
type Own = Pick<
  Service,
  "name" | "image" | "entrypoint" | "command" | "environment" | "ports" | "mounts" | "files" | "attachments" | "timeout"
>;

/** By service of a blueprint, what another deployment has for it: it mostly differs in no more than that. */
const alike: Memory<Service> = new WeakMap();

/** What all else in a service follows from, as far as its blueprint says it. */
const commonKeys = [
  "user",
  "working_dir",
  "hostname",
  "healthcheck",
  "depends_on",
  "restart",
  "deploy",
  "cpus",
  "mem_limit",
  "mem_reservation",
  "labels",
  "init",
  "read_only",
  "cap_add",
  "cap_drop",
  "security_opt",
  "tmpfs",
  "extra_hosts",
  "logging",
  "stop_grace_period",
  "stop_signal",
  "shm_size",
  "sysctls",
] as const satisfies readonly (keyof ComposeService)[];

/** Those of them that are filled with a deployment's own values. */
const varyingKeys = once((written: ComposeService) => commonKeys.filter((name) => hasVariable(written[name])));

function wholeService(
  own: Own,
  key: string,
  compose: Pick<ComposeService, (typeof commonKeys)[number]>,
  context: Pick<Context, "config" | "blueprint" | "filler" | "present">,
): Service {
  const { blueprint, filler } = context;
  const at = (...path: (string | number)[]): Path => ["services", key, ...path];
  const kind = blueprint.jobs.has(key) ? "job" : "service";
  return {
    kind,
    key,
    name: own.name,
    image: own.image,
    entrypoint: own.entrypoint,
    command: own.command,
    user: compose.user,
    workingDirectory: compose.working_dir,
    hostname: compose.hostname,
    environment: own.environment,
    ports: own.ports,
    mounts: own.mounts,
    files: own.files,
    attachments: own.attachments,
    health: kind === "job" ? undefined : healthCheck(compose.healthcheck, at("healthcheck"), filler),
    dependsOn: dependencies(compose.depends_on, blueprint.jobs, context.present),
    restart: restart(kind, compose.restart, at("restart"), filler),
    limits: limitsOf(key, compose, context),
    labels: Object.fromEntries(Object.entries(compose.labels ?? {}).map(([name, text]) => [name, text ?? ""])),
    init: compose.init ?? false,
    readOnly: compose.read_only ?? false,
    capAdd: (compose.cap_add ?? []).map(capability).sort(),
    capDrop: (compose.cap_drop ?? []).map(capability).sort(),
    securityOptions: compose.security_opt ?? ["no-new-privileges:true"],
    temporary: compose.tmpfs ?? [],
    extraHosts: (compose.extra_hosts ?? []).map((entry, index) => extraHost(entry, at("extra_hosts", index), filler)),
    logging: {
      driver: compose.logging?.driver ?? "json-file",
      options:
        compose.logging?.options ?? (compose.logging === undefined ? { "max-file": "3", "max-size": "10m" } : {}),
    },
    timeout: own.timeout,
    stopGrace: seconds(compose.stop_grace_period, at("stop_grace_period"), filler) ?? 10,
    stopSignal: compose.stop_signal,
    sharedMemory: filler.parsed(compose.shm_size, at("shm_size"), bytes, sizeAllowed),
    sysctls: sysctlsOf(compose.sysctls, at("sysctls"), filler),
    source: blueprint.source(at()),
  };
}

function words(value: string | string[] | undefined, path: Path, filler: Filler): string[] | undefined {
  return typeof value === "string" ? filler.parsed(value, path, shellWords, "words whose quotes are closed") : value;
}

function seconds(text: string | undefined, path: Path, filler: Filler): number | undefined {
  const time = filler.parsed(text, path, duration, durationAllowed);
  return time === undefined ? undefined : Math.ceil(time / 1e9);
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

const dependencies = (
  written: ComposeService["depends_on"],
  jobs: Blueprint["jobs"],
  present: ReadonlySet<string>,
): Dependency[] =>
  Object.entries<{ condition: Dependency["condition"] }>(written ?? {})
    .filter(([service]) => present.has(service))
    .map(([service, { condition }]) => ({
      service,
      condition: jobs.has(service) ? ("service_completed_successfully" as const) : condition,
    }));

function restart(kind: Service["kind"], text: string | undefined, path: Path, filler: Filler): Restart {
  if (kind === "job") return { policy: "no" };
  const parse = (policy: string): Restart | undefined => {
    if (policy === "always" || policy === "unless-stopped") return { policy };
    if (policy === "no" || policy === "false") return { policy: "no" };
    const failure = /^on-failure(?::(\d+))?$/.exec(policy);
    return failure === null ? undefined : { policy: "on-failure", maximumRetries: Number(failure[1] ?? 0) };
  };
  return (
    filler.parsed(text, path, parse, "no, always, unless-stopped, on-failure or on-failure:3") ?? {
      policy: "unless-stopped",
    }
  );
}

function extraHost(entry: string, path: Path, filler: Filler): string {
  if (!/^[^\s:=]+[:=]\S+$/.test(entry))
    filler.wrong(path, `found ${quoted(entry)}`, "name:address, for example db:10.1.2.3");
  return entry;
}

/** Capabilities as the daemon has them: CAP_NET_ADMIN; ALL stays ALL. */
const capability = (name: string): string => {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
};
