import { stringify } from "yaml";
import type { Realization } from "../deployment/realization.ts";
import type { SecretTexts } from "../deployment/value.ts";
import { relayKey } from "../notation/names.ts";
import { volumeLabels } from "../deployment/labels.ts";
import { composeNetwork } from "./compose-network.ts";
import { composeService } from "./compose-service.ts";
import type { Exported, ExportFile } from "../disk/export-file.ts";
import { fileTexts, inlineTexts } from "./files.ts";
import { holdsSecret, missingSecrets } from "./secret-texts.ts";
import { shellWord } from "../notation/shell-quote.ts";

/**
 * A deployment as one complete Compose file, for docker-compose 1.29 and Docker Compose v2: without overrides and
 * without variables, and labelled as berth labels, so that the conflict check knows what it makes as the deployment's own.
 *
 * Keys are the names on the host. Compose takes everything with one key in one project for one thing, and the project
 * is the folder's name where `-p` is forgotten (1.29 refuses `name:` in the file): with the blueprint's keys, the files
 * of two deployments in one folder would then replace each other's containers.
 */
export function composeFiles(deployment: Realization, secrets: SecretTexts): Exported {
  const missing = missingSecrets(deployment, secrets);
  if (missing.length > 0) return { ok: false, findings: missing };
  const inline = inlineTexts(deployment, secrets);
  const inText =
    Object.keys(inline).length > 0 ||
    deployment.services.some(({ environment }) => Object.values(environment).some(holdsSecret));
  const beside = fileTexts(deployment, secrets);
  const path = `compose.${deployment.stack}.yaml`;
  const text = header(deployment, path, inText || beside.length > 0) + yaml(composeOf(deployment, secrets, inline));
  const file: ExportFile = { path, text, mode: inText || beside.length > 0 ? 0o600 : 0o644 };
  return { ok: true, value: [file, ...beside], findings: [] };
}

function composeOf(deployment: Realization, secrets: SecretTexts, configs: object): object {
  const { containers, volumes, externalVolumes = [], networks, externalNetworks, database } = deployment;
  const joined = containers.some(({ key }) => key === relayKey) ? database?.platform.network : undefined;
  return {
    services: Object.fromEntries(
      containers.map((container) => [container.name, composeService(container, deployment, secrets)]),
    ),
    ...(Object.keys(configs).length > 0 && { configs }),
    volumes: Object.fromEntries([
      ...volumes.map((volume): [string, object] => [
        volume.name,
        // One that was adopted is there already; Compose neither makes nor removes it.
        volume.adopted
          ? { name: volume.name, external: true }
          : {
              name: volume.name,
              driver: volume.driver,
              driver_opts: volume.driverOptions && { ...volume.driverOptions },
              labels: volumeLabels(deployment, volume),
            },
      ]),
      ...externalVolumes.map(({ name }): [string, object] => [name, { name, external: true }]),
    ]),
    networks: Object.fromEntries<object>([
      ...networks.map((network): [string, object] => [network.name, composeNetwork(deployment, network)]),
      ...externalNetworks.map(({ name }): [string, object] => [name, { name, external: true }]),
      // The platform's network is there already; it is not created or removed with this deployment.
      ...(joined === undefined ? [] : [[joined, { name: joined, external: true }] as [string, object]]),
    ]),
  };
}

function header(deployment: Realization, path: string, holdsSecrets: boolean): string {
  const { stack, prefix, blueprint, endpoint, running, sources } = deployment;
  const host = endpoint.name === "local" ? "" : `DOCKER_HOST=${shellWord(endpoint.url)} `;
  const command = `${host}docker compose -p ${prefix} -f ${path}`;
  const lines = [
    `The deployment ${stack}, exported by berth from ${sources.prefix.file} and the blueprint ${blueprint}: change it there.`,
    `  ${command} up -d`,
    `  ${command} down    (volumes are kept)`,
    ...(running ? [] : ["berth:running is false: volumes and networks are made, and no container runs."]),
    ...(holdsSecrets ? ["It holds secrets, here or in the folder beside it: not into a repository."] : []),
  ];
  // Nothing leaves its comment, whatever stands in a path or a URL.
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]/gu, " ")}\n`).join("");
}

/**
 * YAML that parsers of 1.1 and 1.2 read alike: texts in double quotes on one line, keys quoted where they might be
 * something else (`NO`), and escaped what is a line break or forbidden in one of the two.
 */
function yaml(content: object): string {
  const text = stringify(withoutVariables(content), {
    compat: "yaml-1.1",
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    doubleQuotedAsJSON: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return text.replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Compose looks for variables in every value, though not in keys. */
function withoutVariables(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(withoutVariables);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutVariables(item)]));
}
