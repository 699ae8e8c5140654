import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Checked, Finding, Source } from "../conflicts/finding.ts";
import { closest, mistake } from "../conflicts/mistake.ts";
import type {
  Deployment,
  Entrance,
  Network,
  PublishedPort,
  Secret,
  SecretReference,
  Service,
  StaticDirectory,
  Value,
  Volume,
} from "./deployment.ts";
import { Filler, type Variables } from "./fill.ts";
import { hostName, imageSlug, prefixOfStack } from "./names.ts";
import { publishedPorts } from "./ports.ts";
import { type Context, makeService } from "./service.ts";
import { autoSubnet } from "./slot.ts";
import { firstAddress } from "./subnet.ts";

/** What is the same for all deployments of a project on this machine. */
export interface Setting {
  /** `organization` on every backend but Pulumi Cloud. */
  readonly organization: string;
  readonly project: string;
  /** The url that the endpoint `local` means here. */
  readonly localEndpoint: string;
}

/** Makes a deployment of what a person configured and what its application consists of: pure, and complete. */
export function resolve(config: StackConfig, blueprint: Blueprint, setting: Setting): Checked<Deployment> {
  const extension = blueprint.extension;
  const prefix = config.prefix ?? (config.configured ? undefined : extension.prefix) ?? prefixOfStack(config.stack);
  const services = Object.fromEntries(
    blueprint.order
      .filter((key) => isPresent(blueprint.services[key], config.environment))
      .map((key) => [key, blueprint.services[key] as ComposeService]),
  );
  const app =
    extension.app ??
    Object.keys(services).find((key) => (services[key]?.ports ?? []).length > 0) ??
    Object.keys(services)[0] ??
    "";
  const serverNames = config.domain === undefined ? [] : [config.domain, `www.${config.domain}`];
  const id = `${setting.organization}/${setting.project}/${config.stack}`;
  const variables = variablesOf(config, blueprint, { id, prefix, serverNames });
  const first = new Filler(blueprint, variables);
  const images = imagesOf(config, blueprint, services, first);
  const slug = imageSlug(images[app] ?? "");
  const early = new Filler(blueprint, { ...variables, BERTH_IMAGE_SLUG: slug });
  const staticDirectory = staticDirectoryOf(config, blueprint, early);
  const filler = new Filler(blueprint, {
    ...variables,
    BERTH_IMAGE_SLUG: slug,
    BERTH_STATIC_DIRECTORY: staticDirectory?.path,
  });
  const networks = networksOf(config, blueprint, prefix, filler);
  const ports = publishedPorts(config, blueprint, services, filler);
  const secrets = secretsOf(config, blueprint);
  const context: Context = {
    config,
    blueprint,
    filler,
    prefix,
    networks,
    ports,
    images,
    jobs: jobsOf(blueprint),
    present: new Set(Object.keys(services)),
    added: { [app]: unmentioned(config, blueprint, services) },
  };
  const made = Object.entries(services).map(([key, service]) => makeService(key, service, context));
  const findings = [
    ...first.findings,
    ...early.findings,
    ...filler.findings,
    ...unknownNames(config, blueprint),
    ...nearMisses(config, blueprint),
    ...missingSecrets(config, blueprint),
    ...sameNames(made, blueprint),
  ];
  if (findings.some((finding) => finding.severity === "error")) return { ok: false, findings };
  const deployment: Deployment = {
    id,
    stack: config.stack,
    prefix,
    environment: config.environment,
    endpoint: { name: config.endpoint, url: config.endpoint === "local" ? setting.localEndpoint : config.endpoint },
    running: config.running,
    blueprint: blueprint.name,
    serverNames,
    services: made,
    volumes: volumesOf(config, blueprint, prefix),
    networks,
    secrets,
    staticDirectory,
    entrance: entranceOf(app, ports, blueprint),
    sources: {
      prefix: config.source("berth:prefix"),
      domain: config.source("berth:domain"),
      blueprint: config.source("berth:blueprint"),
      image: app in config.images ? config.source(`berth:images.${app}`) : blueprint.source(["services", app, "image"]),
    },
  };
  return { ok: true, value: deployment, findings };
}

/** A service without profiles always belongs to the deployment, one with profiles where the environment is among them. */
const isPresent = (service: ComposeService | undefined, environment: string): boolean =>
  service?.profiles === undefined || service.profiles.length === 0 || service.profiles.includes(environment);

/** What a blueprint's variables stand for: the stack's settings and secrets, and what berth knows itself. */
function variablesOf(
  config: StackConfig,
  blueprint: Blueprint,
  { id, prefix, serverNames }: { id: string; prefix: string; serverNames: readonly string[] },
): Variables {
  const declared = Object.keys(blueprint.extension.secrets).filter(
    (name) => blueprint.extension.secrets[name]?.generate !== undefined || config.secretsGiven.includes(name),
  );
  const secrets = [...config.secretsGiven, ...declared].map((name): [string, SecretReference] => [
    name,
    { secret: name },
  ]);
  const optional = Object.entries(blueprint.extension.secrets).flatMap(([name, secret]): [string, string][] =>
    secret.optional === true && !config.secretsGiven.includes(name) ? [[name, ""]] : [],
  );
  return {
    ...config.settings,
    ...Object.fromEntries(optional),
    ...Object.fromEntries(secrets),
    BERTH_ID: id,
    BERTH_STACK: config.stack,
    BERTH_PREFIX: prefix,
    BERTH_ENVIRONMENT: config.environment,
    BERTH_DOMAIN: config.domain ?? "",
    BERTH_SERVER_NAMES: serverNames.join(","),
  };
}

/** The image of each service; one without a wish of its own follows the service whose blueprint image is the same. */
function imagesOf(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
  filler: Filler,
): Record<string, string> {
  const wished = new Map(Object.entries(config.images).map(([key, image]) => [blueprint.services[key]?.image, image]));
  return Object.fromEntries(
    Object.entries(services).map(([key, service]) => [
      key,
      config.images[key] ?? wished.get(service.image) ?? filler.text(service.image, ["services", key, "image"]),
    ]),
  );
}

function staticDirectoryOf(config: StackConfig, blueprint: Blueprint, filler: Filler): StaticDirectory | undefined {
  const written = blueprint.extension.static;
  if (written === undefined) return undefined;
  const place = ["x-berth", "static", "directory"];
  const path = filler
    .text(written.directory, place)
    .replace(/\/+/g, "/")
    .replace(/(.)\/$/, "$1");
  if (!/^\/[A-Za-z0-9._\-/]+$/.test(path))
    filler.wrong(place, `found ${JSON.stringify(path)}`, "an absolute path of letters, digits, . _ - and /");
  return {
    path,
    url: written.url.replace(/\/*$/, "/"),
    adopted: config.adopt.includes("static"),
    source: blueprint.source(place),
  };
}

function networksOf(config: StackConfig, blueprint: Blueprint, prefix: string, filler: Filler): Network[] {
  return Object.entries(blueprint.networks).map(([key, network]) => {
    const name = hostName(prefix, key);
    const written = config.subnets[key];
    const fixed = network.subnet === undefined ? undefined : filler.text(network.subnet, ["networks", key, "ipam"]);
    const subnet = written ?? fixed ?? autoSubnet(name);
    const source: Source =
      written === undefined && fixed !== undefined
        ? blueprint.source(["networks", key])
        : config.source(`berth:subnets.${key}`);
    return { key, name, subnet, gateway: network.gateway ?? firstAddress(subnet), internal: network.internal, source };
  });
}

const volumesOf = (config: StackConfig, blueprint: Blueprint, prefix: string): Volume[] =>
  blueprint.volumes.map((key) => ({
    key,
    name: hostName(prefix, key),
    adopted: config.adopt.includes(key),
    source: config.source("berth:prefix"),
  }));

function secretsOf(config: StackConfig, blueprint: Blueprint): Secret[] {
  const generated = Object.entries(blueprint.extension.secrets).flatMap(([name, { generate }]): Secret[] =>
    generate === undefined || config.secretsGiven.includes(name)
      ? []
      : [{ name, origin: { kind: "generated", length: generate } }],
  );
  const given = config.secretsGiven.map((name): Secret => ({ name, origin: { kind: "given" } }));
  return [...generated, ...given].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Jobs are named in x-berth, or are those whose success another service waits for. */
function jobsOf(blueprint: Blueprint): Set<string> {
  const awaited = Object.values(blueprint.services).flatMap((service) =>
    Object.entries(service.depends_on ?? {}).flatMap(([key, { condition }]) =>
      condition === "service_completed_successfully" ? [key] : [],
    ),
  );
  return new Set([...blueprint.extension.jobs, ...awaited]);
}

/** Settings and secrets that no service's environment and no variable mentions: they are the app's. */
function unmentioned(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
): Record<string, Value> {
  const mentioned = new Set([
    ...blueprint.variables,
    ...Object.values(services).flatMap((service) => Object.keys(service.environment ?? {})),
  ]);
  const files = new Set(Object.values(blueprint.secretFiles));
  const settings = Object.entries(config.settings).filter(([name]) => !mentioned.has(name));
  const secrets = config.secretsGiven.filter((name) => !mentioned.has(name) && !files.has(name));
  return Object.fromEntries([
    ...settings,
    ...secrets.map((name): [string, Value] => [name, { parts: [{ secret: name }] }]),
  ]);
}

function entranceOf(
  app: string,
  ports: Readonly<Record<string, readonly PublishedPort[]>>,
  blueprint: Blueprint,
): Entrance | undefined {
  const port = ports[app]?.[0];
  return port && { service: app, port: port.hostPort, address: port.address, healthPath: blueprint.extension.health };
}

/** Services, volumes and networks that the stack speaks of and the blueprint does not have. */
function unknownNames(config: StackConfig, blueprint: Blueprint): Finding[] {
  const groups: [string, string[], readonly string[]][] = [
    ["images", Object.keys(config.images), Object.keys(blueprint.services)],
    ["services", Object.keys(config.services), Object.keys(blueprint.services)],
    ["subnets", Object.keys(config.subnets), Object.keys(blueprint.networks)],
    [
      "adopt",
      [...config.adopt],
      [...blueprint.volumes, ...(blueprint.extension.static === undefined ? [] : ["static"])],
    ],
  ];
  return groups.flatMap(([group, names, known]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => {
        const nearest = closest(name, known);
        const path = group === "adopt" ? `berth:adopt[${config.adopt.indexOf(name)}]` : `berth:${group}.${name}`;
        return mistake(
          config.source(path),
          `${blueprint.file} has no ${name}`,
          known.join(", "),
          nearest === undefined ? undefined : `write ${nearest} for ${name}`,
        );
      }),
  );
}

/** A setting that the blueprint does not know, but almost: it would silently do nothing. */
function nearMisses(config: StackConfig, blueprint: Blueprint): Finding[] {
  const known = [...Object.keys(blueprint.extension.settings), ...Object.keys(blueprint.extension.secrets)];
  return Object.keys(config.settings).flatMap((name) => {
    const nearest = known.includes(name) || blueprint.variables.has(name) ? undefined : closest(name, known);
    if (nearest === undefined || config.settings[nearest] !== undefined) return [];
    return [
      {
        ...mistake(
          config.source(`berth:settings.${name}`),
          `${blueprint.name} knows no setting ${name}; it is handed to the app as it is`,
          nearest,
        ),
        severity: "warning" as const,
      },
    ];
  });
}

function missingSecrets(config: StackConfig, blueprint: Blueprint): Finding[] {
  return Object.entries(blueprint.extension.secrets)
    .filter(
      ([name, secret]) =>
        secret.generate === undefined && secret.optional !== true && !config.secretsGiven.includes(name),
    )
    .map(([name, secret]) =>
      mistake(
        config.source(`berth:secrets.${name}`),
        `the secret ${name} is missing${secret.description === undefined ? "" : `: ${secret.description}`}`,
        undefined,
        `pulumi config set --secret --path berth:secrets.${name} -s ${config.stack}`,
      ),
    );
}

/** `a-b` and `a_b` would be one container, one port can be published once. */
function sameNames(services: readonly Service[], blueprint: Blueprint): Finding[] {
  const seen = new Map<string, string>();
  const claims = services.flatMap((service) => [
    { what: `container ${service.name}`, service, path: ["services", service.key] },
    ...service.ports.map((port) => ({
      what: `host port ${port.address}:${port.hostPort}/${port.protocol}`,
      service,
      path: ["services", service.key, "ports"],
    })),
  ]);
  return claims.flatMap(({ what, service, path }) => {
    const other = seen.get(what);
    seen.set(what, service.key);
    return other === undefined
      ? []
      : [mistake(blueprint.source(path), `${other} and ${service.key} both want the ${what}`, "one each")];
  });
}
