import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setKey } from "../findings/remedy.ts";
import { type Checked, errorsOf, type Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import { connectionLimit, connectionsOf } from "./connections.ts";
import { dockerEndpoint, isLocal } from "../deployment/endpoint.ts";
import { databaseOf, type NewDatabase } from "./database.ts";
import type {
  Deployment,
  Endpoint,
  Network,
  Platform,
  Service,
  StaticDirectory,
  Volume,
} from "../deployment/deployment.ts";
import { tuned } from "./derived.ts";
import { activeServices, activityProblems } from "./active-services.ts";
import { appOf, entranceOf } from "./entrance.ts";
import type { BuiltImage } from "./build.ts";
import { Filler } from "./interpolate.ts";
import type { Home } from "../notation/home.ts";
import { imageSources, imagesOf } from "./images.ts";
import { imageSlug, nearestPrefix, prefixAllowed, prefixOfStack, prefixPattern } from "../notation/names.ts";
import { withLinks } from "./links.ts";
import { networksOf } from "./networks.ts";
import { ownClashes, sameVolumes } from "./own-clashes.ts";
import { platformOf } from "./platform.ts";
import { publishedPorts } from "./ports.ts";
import { placesOf, writtenPaths } from "./relative-paths.ts";
import { takenRelay, withRelay, withRelayConfig } from "./relay.ts";
import { unknownProfile } from "./profile.ts";
import { hasContainers, withReplicas } from "./replicas.ts";
import { reviewed } from "./lint/lint.ts";
import { missingSecrets, secretsOf } from "./secrets.ts";
import { type Context, makeService } from "./service.ts";
import { staticDirectoryOf } from "./static-directory.ts";
import { nearMisses, reservedNames, unknownNames } from "./unknown-names.ts";
import { unmentioned, variablesOf } from "./variables.ts";
import { declaredVolumes } from "./volumes.ts";
import { ownValue } from "../notation/own-value.ts";

/** What is the same for all deployments of a project on this machine. */
export interface Setting {
  /** `organization` on every backend but Pulumi Cloud. */
  readonly organization: string;
  readonly project: string;
  /** The url that the endpoint `local` means here. */
  readonly localEndpoint: string;
  /** Where the engine keeps the state of all of them. */
  readonly home?: Home;
}

/**
 * Makes a deployment of what a person configured and what its application consists of: pure, and complete.
 * Errors that come with a deployment (see review.ts) stop its preview, but leave known what it claims.
 */
export function resolve(
  config: StackConfig,
  written: Blueprint,
  setting: Setting,
  platform?: Checked<Platform>,
): Checked<Deployment> {
  const blueprint = withRelay(written);
  const { stack, environment, running } = config;
  const ground = groundOf(config, blueprint, setting, platform);
  const { id, prefix, endpoint, app, serverNames, staticDirectory, filler, database } = ground;
  const { networks, externalNetworks } = networksOf(config, blueprint, prefix, filler);
  const ports = publishedPorts(config, blueprint, ground.services, filler);
  const shared = database?.platform.network ?? hostNetwork(blueprint, networks);
  const places = placesOf(ground.services, blueprint, stack);
  const { own, external } = declaredVolumes(config, blueprint, prefix, { filler, places });
  const anonymous: Volume[] = [];
  const storage = { volumes: own, external, anonymous, places };
  const made = makeServices(config, blueprint, ground, { networks, externalNetworks, ports, shared, ...storage });
  const volumes = [...own, ...anonymous];
  const offer = platformOf(blueprint, { id, stack, prefix, running, endpoint, services: made, networks }, filler);
  const connections = connectionsOf(blueprint, made, { stack, prefix, database, platform: offer, filler });
  const services = database === undefined ? made : withRelayConfig(made, database, connections);
  const findings = [
    ...prefixProblems(prefix, config),
    ...filler.findings,
    ...unknownNames(config, blueprint, volumes),
    ...unknownProfile(config, blueprint),
    ...reservedNames(config),
    ...nearMisses(config, blueprint),
    ...missingSecrets(config, blueprint),
    ...ownClashes({ stack, prefix, services, networks }, blueprint),
    ...takenRelay(written),
    ...activityProblems(config, blueprint, activeServices(config, blueprint).keys),
    ...sameVolumes(volumes),
  ];
  if (errorsOf(findings).length > 0) return { ok: false, findings };
  const deployment: Deployment = {
    id,
    stack,
    ...(setting.home && { home: setting.home }),
    prefix,
    environment,
    endpoint,
    running,
    blueprint: blueprint.name,
    serverNames,
    services,
    volumes,
    ...(external.length > 0 && { externalVolumes: external }),
    networks,
    externalNetworks,
    secrets: secretsOf(config, blueprint),
    staticDirectory,
    database: database && { ...database, connectionLimit: connectionLimit(database, connections) },
    platform: offer,
    connections,
    entrance: entranceOf(app, services, blueprint),
    sources: {
      prefix: config.source("prefix"),
      domain: config.source("domain"),
      blueprint: config.source("blueprint"),
      images: imageSources(config, blueprint, app),
    },
  };
  return { ok: true, value: deployment, findings: [...findings, ...reviewed(deployment, config, blueprint)] };
}

/** What the rest of a deployment stands on. */
interface Ground {
  readonly id: string;
  readonly prefix: string;
  readonly endpoint: Endpoint;
  readonly database: NewDatabase | undefined;
  readonly serverNames: readonly string[];
  /** The service that people reach. */
  readonly app: string;
  readonly images: Readonly<Record<string, string>>;
  /** What is built of them, by service. */
  readonly builds: Readonly<Record<string, BuiltImage>>;
  readonly staticDirectory: StaticDirectory | undefined;
  /** With its variables filled in, but for images, builds and environment. */
  readonly services: Readonly<Record<string, ComposeService>>;
  /** Their keys. */
  readonly present: ReadonlySet<string>;
  readonly filler: Filler;
}

/** A blueprint's texts may speak of the image and the static directory, so these two come before all others. */
function groundOf(
  config: StackConfig,
  blueprint: Blueprint,
  { organization, project, localEndpoint }: Setting,
  platform: Checked<Platform> | undefined,
): Ground {
  const { stack, domain, endpoint: name } = config;
  const id = `${organization}/${project}/${stack}`;
  const prefix = prefixOf(config, blueprint);
  const endpoint = dockerEndpoint(name, name === "local" ? localEndpoint : name);
  const { database, findings: missing } = databaseOf(config, blueprint, prefix, endpoint, platform);
  const serverNames = domain === undefined ? [] : [domain, `www.${domain}`];
  const { services: written } = activeServices(config, blueprint);
  const app = appOf(blueprint, written);
  const variables = tuned(config, blueprint, variablesOf(config, blueprint, { id, prefix, serverNames, database }));
  const filler = new Filler(blueprint, variables, stack);
  filler.findings.push(...missing);
  const { images, builds } = imagesOf(config, blueprint, written, app, { prefix, filler });
  filler.know("BERTH_IMAGE_SLUG", imageSlug(ownValue(images, app) ?? ""));
  const staticDirectory = staticDirectoryOf(config, blueprint, filler);
  filler.know("BERTH_STATIC_DIRECTORY", staticDirectory?.path);
  const filled = Object.entries(written).map(([key, service]): [string, ComposeService] => [
    key,
    filler.all(service, ["services", key], ["image", "build", "environment"]),
  ]);
  const services = Object.fromEntries(
    filled.filter(([key, service]) => hasContainers(key, service, config, blueprint)),
  );
  const present = new Set(Object.keys(services));
  return {
    id,
    prefix,
    endpoint,
    database,
    serverNames,
    app,
    images,
    builds,
    staticDirectory,
    services,
    present,
    filler,
  };
}

type Shared = Pick<
  Context,
  "networks" | "externalNetworks" | "volumes" | "external" | "anonymous" | "places" | "ports" | "shared"
>;

function makeServices(
  config: StackConfig,
  blueprint: Blueprint,
  { services, present, app, images, builds, prefix, endpoint, filler }: Ground,
  shared: Shared,
): Service[] {
  const context: Context = {
    config,
    blueprint,
    filler,
    prefix,
    ...shared,
    writtenPaths: writtenPaths(services, shared.places),
    endpoint,
    isLocal: isLocal(endpoint),
    images,
    builds,
    present,
    added: { [app]: unmentioned(config, blueprint, services) },
    addresses: new Map(),
  };
  const made = Object.entries(services).map(([key, service]) => makeService(key, service, context));
  return withReplicas(withLinks(made, services, filler), services, context);
}

/** As configured; the blueprint's own where nothing at all is configured, so that an existing installation keeps its names. */
const prefixOf = (config: StackConfig, blueprint: Blueprint): string =>
  config.prefix ?? (config.configured ? undefined : blueprint.extension.prefix) ?? prefixOfStack(config.stack);

/** A prefix that follows from the stack's name may be none. */
function prefixProblems(prefix: string, { stack, source }: StackConfig): Finding[] {
  if (prefixPattern.test(prefix)) return [];
  const message = `there is none, and ${quoted(prefix)} from the stack's name cannot be one`;
  return [mistake(source("prefix"), message, prefixAllowed, setKey(["prefix"], nearestPrefix(stack), stack))];
}

/** The name of the network that a platform's services share with others. */
const hostNetwork = ({ extension: { platform } }: Blueprint, networks: readonly Network[]): string | undefined =>
  networks.find(({ key }) => key === platform?.network)?.name;
