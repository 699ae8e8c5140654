import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import type { PublishedPort, Service, Value } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { urlHost, urlOf } from "../deployment/url.ts";
import type { Exported } from "../disk/export-file.ts";
import { type SecretTexts, completeText } from "../deployment/value.ts";
import { holdsSecret, missingSecrets } from "./secret-texts.ts";
import { assignedText } from "../notation/shell-quote.ts";

/**
 * What tools beside a deployment want to know, as assignments: the environment of its services (the app's where two
 * differ) and, as `BERTH_…`, its URLs, hosts, ports, names and static directory. `set -a; . ./FILE` reads it unchanged;
 * what other readers cannot carry is said at {@link assignedText}. `docker run --env-file` reads no quotes, and so not this.
 */
export function envFiles(deployment: Realization, secrets: SecretTexts): Exported {
  const missing = missingSecrets(deployment, secrets);
  if (missing.length > 0) return { ok: false, findings: missing };
  const { settings, findings } = settingsOf(deployment);
  const isSecret = Object.values(settings).some(holdsSecret);
  const lines = [
    ...header(deployment, isSecret),
    ...Object.entries(settings).map(([name, value]) => assignment(name, completeText(value, secrets))),
    "",
    ...Object.entries(factsOf(deployment)).map(([name, value]) => assignment(name, value)),
  ];
  const path = `.env.${deployment.stack}.local`;
  return { ok: true, value: [{ path, text: `${lines.join("\n")}\n`, mode: isSecret ? 0o600 : 0o644 }], findings };
}

const assignment = (name: string, text: string): string => `${name}=${assignedText(text)}`;

const header = ({ stack, sources }: Realization, isSecret: boolean): string[] => [
  `# The deployment ${stack}, exported by berth from ${sources.prefix.file}: change it there. Read it with`,
  `#   set -a; . ./.env.${stack}.local; set +a`,
  ...(isSecret ? ["# This file holds secrets: mode 0600, and not into a repository."] : []),
];

/** The environment of all services, the app's before others', and a warning for names that no shell can set. */
function settingsOf({ services, entrance }: Realization): { settings: Record<string, Value>; findings: Finding[] } {
  const app = (service: Service): number => (service.key === entrance?.service ? 1 : 0);
  const ordered = [...services].sort((a, b) => app(a) - app(b));
  const all = ordered.flatMap(({ environment, source }) =>
    Object.entries(environment).map(([name, value]) => ({ name, value, source })),
  );
  const isName = ({ name }: { name: string }): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  const settings = Object.fromEntries(all.filter(isName).map(({ name, value }) => [name, value]));
  const findings = all
    .filter((entry) => !isName(entry))
    .map(({ name, source }): Finding => ({
      ...mistake(source, `${JSON.stringify(name)} is left out of the .env file`, "letters, digits and _"),
      severity: "warning",
    }));
  return {
    settings: Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))),
    findings,
  };
}

/** What berth decided, by names that no two kinds of things share. */
function factsOf(deployment: Realization): Record<string, string> {
  const { containers, volumes, networks, staticDirectory, entrance } = deployment;
  const facts: [string, string | undefined][] = [
    ["BERTH_ID", deployment.id],
    ["BERTH_STACK", deployment.stack],
    ["BERTH_PREFIX", deployment.prefix],
    ["BERTH_ENVIRONMENT", deployment.environment],
    ["BERTH_DOMAIN", deployment.serverNames[0]],
    ["BERTH_SERVER_NAMES", deployment.serverNames.join(",") || undefined],
    ["BERTH_URL", urlOf(deployment)],
    ["BERTH_HEALTH_URL", urlOf(deployment, entrance?.healthPath)],
    ["BERTH_STATIC_DIRECTORY", staticDirectory?.path],
    ["BERTH_STATIC_URL", staticDirectory?.url],
    ...containers.flatMap((service): [string, string][] => [
      [named("CONTAINER", service.key), service.name],
      ...service.ports.flatMap((port) => portFacts(port, deployment)),
    ]),
    ...volumes.map(({ key, name }): [string, string] => [named("VOLUME", key), name]),
    ...networks.flatMap(({ key, name, subnet }): [string, string][] => [
      [named("NETWORK", key), name],
      [named("SUBNET", key), subnet],
    ]),
  ];
  return Object.fromEntries(facts.filter((fact): fact is [string, string] => fact[1] !== undefined));
}

function portFacts(port: PublishedPort, { endpoint }: Realization): [string, string][] {
  const host = urlHost(port.address, endpoint);
  const url: [string, string] = [
    named("URL", port.configKey),
    `${schemes[port.containerPort] ?? "http"}://${host}:${port.hostPort}`,
  ];
  return [
    [named("HOST", port.configKey), host.replace(/[[\]]/g, "")],
    [named("PORT", port.configKey), String(port.hostPort)],
    ...(port.protocol === "tcp" ? [url] : []),
  ];
}

const named = (kind: string, key: string): string => `BERTH_${kind}_${key.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

/** What is spoken on well-known ports of containers; on all others it is HTTP. */
const schemes: Readonly<Record<number, string>> = {
  443: "https",
  5432: "postgresql",
  6379: "redis",
  6432: "postgresql",
  8443: "https",
};
