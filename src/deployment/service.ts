import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { ServiceLimits, StackConfig } from "../config/stack-config.ts";
import type {
  Attachment,
  Dependency,
  HealthCheck,
  Limits,
  Mount,
  Network,
  PublishedPort,
  Restart,
  SecretFile,
  Service,
  Value,
} from "./deployment.ts";
import type { Filler } from "./fill.ts";
import { hostName } from "./names.ts";
import { bytes, duration } from "./quantities.ts";
import { shellWords } from "./words.ts";

/** What all services of a deployment share while they are made. */
export interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  readonly prefix: string;
  readonly networks: readonly Network[];
  readonly jobs: ReadonlySet<string>;
  /** Services that are part of this deployment. */
  readonly present: ReadonlySet<string>;
  readonly ports: Readonly<Record<string, readonly PublishedPort[]>>;
  readonly images: Readonly<Record<string, string>>;
  /** Environment that the stack adds, by service. */
  readonly added: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

const durationAllowed = "a duration, for example 30s or 1m30s";
const sizeAllowed = "a size above 0, for example 512M";

/** One service of the blueprint with everything filled in. */
export function makeService(key: string, compose: ComposeService, context: Context): Service {
  const { filler, blueprint } = context;
  const at = (...path: (string | number)[]): (string | number)[] => ["services", key, ...path];
  const kind = context.jobs.has(key) ? "job" : "service";
  const health = kind === "job" ? undefined : healthCheck(compose.healthcheck, at("healthcheck"), filler);
  return {
    kind,
    key,
    name: hostName(context.prefix, key),
    image: context.images[key] ?? "",
    entrypoint: words(compose.entrypoint, at("entrypoint"), filler),
    command: words(compose.command, at("command"), filler),
    user: compose.user === undefined ? undefined : filler.text(compose.user, at("user")),
    workingDirectory:
      compose.working_dir === undefined ? undefined : filler.text(compose.working_dir, at("working_dir")),
    hostname: compose.hostname === undefined ? undefined : filler.text(compose.hostname, at("hostname")),
    environment: environment(key, compose, context),
    ports: context.ports[key] ?? [],
    mounts: (compose.volumes ?? []).flatMap((mount, index) => makeMount(mount, at("volumes", index), context) ?? []),
    secretFiles: (compose.secrets ?? []).map((secret) => secretFile(secret, blueprint)),
    attachments: attachments(key, compose, context),
    health: health,
    dependsOn: dependencies(compose, context),
    restart: restart(kind, compose.restart, at("restart"), filler),
    limits: limits(key, compose, context),
    labels: texts(compose.labels, at("labels"), filler),
    init: compose.init ?? false,
    readOnly: compose.read_only ?? false,
    capAdd: (compose.cap_add ?? []).map(capability).sort(),
    capDrop: (compose.cap_drop ?? []).map(capability).sort(),
    securityOptions: compose.security_opt ?? ["no-new-privileges:true"],
    temporary: compose.tmpfs ?? [],
    extraHosts: compose.extra_hosts ?? [],
    logging: {
      driver: compose.logging?.driver ?? "json-file",
      options: compose.logging?.options ?? { "max-file": "3", "max-size": "10m" },
    },
    stopGrace: Math.ceil(
      (filler.parsed(compose.stop_grace_period, at("stop_grace_period"), duration, durationAllowed) ?? 10e9) / 1e9,
    ),
    stopSignal: compose.stop_signal,
    sharedMemory: filler.parsed(compose.shm_size, at("shm_size"), bytes, sizeAllowed),
    source: blueprint.source(at()),
  };
}

function words(value: string | string[] | undefined, path: (string | number)[], filler: Filler): string[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return value.map((word, index) => filler.text(word, [...path, index]));
  return filler.parsed(value, path, shellWords, "words whose quotes are closed");
}

function texts(
  pairs: Readonly<Record<string, string | null>> | undefined,
  path: (string | number)[],
  filler: Filler,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs ?? {}).map(([name, text]) => [name, filler.text(text ?? "", [...path, name])]),
  );
}

/** The blueprint's environment, a setting or secret of the same name before the blueprint's own value. */
function environment(key: string, compose: ComposeService, { config, filler, added }: Context): Record<string, Value> {
  const given = new Set(config.secretsGiven);
  const own = Object.entries(compose.environment ?? {}).flatMap(([name, text]): [string, Value][] => {
    const setting = config.settings[name];
    if (setting !== undefined) return [[name, setting]];
    if (given.has(name)) return [[name, { parts: [{ secret: name }] }]];
    return text === null ? [] : [[name, filler.value(text, ["services", key, "environment", name])]];
  });
  const all = [...own, ...Object.entries(added[key] ?? {})];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type ComposeMount = NonNullable<ComposeService["volumes"]>[number];

function makeMount(
  mount: ComposeMount,
  path: (string | number)[],
  { filler, blueprint, prefix }: Context,
): Mount | undefined {
  const short =
    typeof mount === "string"
      ? filler.text(mount, path)
      : `${mount.source}:${mount.target}${mount.read_only === true ? ":ro" : ""}`;
  const [from = "", target = "", mode = "rw"] = short.split(":");
  const options = mode.split(",");
  const known = options.every((option) => ["ro", "rw", "z", "Z"].includes(option));
  if (!target.startsWith("/") || !known || short.split(":").length > 3) {
    filler.wrong(
      path,
      `found ${JSON.stringify(short)}`,
      "volume:/path, /host/path:/path, with :ro behind for reading only",
    );
    return undefined;
  }
  const readOnly = options.includes("ro");
  if (from.startsWith("/"))
    return { kind: "directory", path: normal(from), target: normal(target), readOnly, source: blueprint.source(path) };
  if (blueprint.volumes.includes(from))
    return { kind: "volume", volume: hostName(prefix, from), target: normal(target), readOnly };
  const problem = from.startsWith(".")
    ? "a relative path means another directory on every machine"
    : `there is no volume ${from}`;
  filler.wrong(
    path,
    problem,
    from.startsWith(".")
      ? "an absolute path, or a volume"
      : blueprint.volumes.join(", ") || "declare it under volumes:",
  );
  return undefined;
}

const normal = (path: string): string => (path.length > 1 ? path.replace(/\/+/g, "/").replace(/\/$/, "") : path);

function secretFile(secret: NonNullable<ComposeService["secrets"]>[number], blueprint: Blueprint): SecretFile {
  const [key, target] = typeof secret === "string" ? [secret, secret] : [secret.source, secret.target ?? secret.source];
  return {
    secret: blueprint.secretFiles[key] ?? key,
    target: target.startsWith("/") ? target : `/run/secrets/${target}`,
  };
}

function attachments(key: string, compose: ComposeService, { networks, filler }: Context): Attachment[] {
  return Object.entries(compose.networks ?? { default: null }).flatMap(([name, options]) => {
    const network = networks.find((candidate) => candidate.key === name);
    if (network === undefined) return [];
    const address = options?.ipv4_address;
    const aliases = [key, ...(options?.aliases ?? [])];
    const path = ["services", key, "networks", name];
    return [
      {
        network: network.name,
        aliases,
        address: address === undefined ? undefined : filler.text(address, [...path, "ipv4_address"]),
      },
    ];
  });
}

function healthCheck(
  check: ComposeService["healthcheck"],
  path: (string | number)[],
  filler: Filler,
): HealthCheck | undefined {
  if (check?.test === undefined || check.disable === true || check.test[0] === "NONE") return undefined;
  const test =
    typeof check.test === "string"
      ? ["CMD-SHELL", filler.text(check.test, path)]
      : check.test.map((word) => filler.text(word, path));
  const time = (name: "interval" | "timeout" | "start_period", otherwise: number): number =>
    filler.parsed(check[name], [...path, name], duration, durationAllowed) ?? otherwise;
  const count = (text: string): number | undefined => (/^[1-9]\d*$/.test(text) ? Number(text) : undefined);
  return {
    test,
    interval: time("interval", 30e9),
    timeout: time("timeout", 30e9),
    startPeriod: time("start_period", 0),
    retries: filler.parsed(check.retries, [...path, "retries"], count, "a whole number above 0") ?? 3,
  };
}

function dependencies(compose: ComposeService, { jobs, present }: Context): Dependency[] {
  return Object.entries(compose.depends_on ?? {})
    .filter(([service]) => present.has(service))
    .map(([service, { condition }]) => ({
      service,
      condition: jobs.has(service) ? ("service_completed_successfully" as const) : condition,
    }));
}

function restart(kind: Service["kind"], text: string | undefined, path: (string | number)[], filler: Filler): Restart {
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

function limits(key: string, compose: ComposeService, { config, blueprint, filler }: Context): Limits {
  const own: ServiceLimits | undefined = config.services[key];
  const resources = compose.deploy?.resources;
  const at = (...path: string[]): string[] => ["services", key, ...path];
  const cores = (text: string | undefined, path: string[]): number | undefined =>
    filler.parsed(text, path, number, "a number of cores above 0, for example 0.5");
  const size = (text: string | undefined, path: string[]): number | undefined =>
    filler.parsed(text, path, bytes, sizeAllowed);
  const cpus = own?.cpus ?? cores(resources?.limits?.cpus ?? compose.cpus, at("deploy", "resources", "limits", "cpus"));
  const memory =
    own?.memory === undefined
      ? size(resources?.limits?.memory ?? compose.mem_limit, at("deploy", "resources", "limits", "memory"))
      : bytes(own.memory);
  const reservedCpus =
    own?.reservations?.cpus ?? cores(resources?.reservations?.cpus, at("deploy", "resources", "reservations", "cpus"));
  const reservedMemory =
    own?.reservations?.memory === undefined
      ? size(
          resources?.reservations?.memory ?? compose.mem_reservation,
          at("deploy", "resources", "reservations", "memory"),
        )
      : bytes(own.reservations.memory);
  const source =
    own === undefined ? blueprint.source(at("deploy", "resources")) : config.source(`berth:services.${key}`);
  const result: Limits = { cpus, memory, reservedCpus, reservedMemory, source };
  rejectImpossible(key, result, filler, at());
  return result;
}

const number = (text: string): number | undefined =>
  /^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined;

/** Docker takes no container with less than 6 MB, and none that reserves more than it may use. */
function rejectImpossible(
  key: string,
  { cpus, memory, reservedCpus, reservedMemory }: Limits,
  filler: Filler,
  path: string[],
): void {
  const least = 6 * 1024 ** 2;
  if (memory !== undefined && memory < least)
    filler.wrong(path, `${key} may use ${memory} bytes of memory, and Docker takes no less than 6 MB`);
  if (memory !== undefined && (reservedMemory ?? 0) > memory)
    filler.wrong(path, `${key} reserves more memory than it may use`);
  if (cpus !== undefined && (reservedCpus ?? 0) > cpus) filler.wrong(path, `${key} reserves more CPU than it may use`);
}

/** Capabilities as the daemon has them: CAP_NET_ADMIN; ALL stays ALL. */
const capability = (name: string): string => {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
};
