import { type Route, routesOf } from "../deployment/relay-routes.ts";
import { attachedTo } from "../blueprint/attached-to.ts";
import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Finding } from "../findings/finding.ts";
import { databasePrefixes, mentions, wantsPlatform } from "./database.ts";
import type { Connections, Database, Service } from "../deployment/deployment.ts";
import { relayKey } from "../notation/names.ts";
import { once } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";

/** Where a relay reports its state to its own health check; other containers do not reach it. */
const statePort = 8081;

/**
 * A blueprint together with the relay of its database: the only container of a deployment on the platform's network.
 * A container on that network reaches every other one there, on every port, and may open as many connections as it
 * likes. The relay forwards two ports and no more connections than the deployment's share.
 */
export const withRelay = once((blueprint: Blueprint): Blueprint => {
  const users = databaseUsers(blueprint);
  if (users.length === 0 || Object.hasOwn(blueprint.services, relayKey)) return blueprint;
  const waiting = users.map((key): [string, ComposeService] => [key, waitsForRelay(ownValue(blueprint.services, key))]);
  const written = blueprint.source(["x-berth", "database"]);
  return {
    ...blueprint,
    services: {
      ...blueprint.services,
      ...Object.fromEntries(waiting),
      [relayKey]: relayService(users.map((key) => ownValue(blueprint.services, key))),
    },
    order: [relayKey, ...blueprint.order],
    source: (path) => (path[0] === "services" && path[1] === relayKey ? written : blueprint.source(path)),
  };
});

/** A service of the blueprint's own would take the relay's place. */
export const takenRelay = (blueprint: Blueprint): Finding[] =>
  databaseUsers(blueprint).length > 0 && Object.hasOwn(blueprint.services, relayKey)
    ? [
        mistake(
          blueprint.source(["services", relayKey]),
          `the name ${relayKey} is reserved for the relay to the platform's database`,
          "another name",
        ),
      ]
    : [];

const databaseUsers = (blueprint: Blueprint): string[] =>
  wantsPlatform(blueprint)
    ? Object.keys(blueprint.services).filter((key) => mentions(blueprint, key, "pooled", "direct"))
    : [];

const waitsForRelay = (service: ComposeService | undefined): ComposeService => ({
  ...(service as ComposeService),
  depends_on: { ...service?.depends_on, [relayKey]: { condition: "service_healthy" } },
});

/** On every network of the services that use the database, so that none of them needs another one. */
const relayService = (users: readonly (ComposeService | undefined)[]): ComposeService => ({
  image: `\${${databasePrefixes.relay}IMAGE}`,
  // Files cannot be put into a container whose root is read-only.
  entrypoint: [
    "sh",
    "-ec",
    `printf '%s\\n' "$$${configVariable}" > /tmp/relay.cfg; exec haproxy -db -f /tmp/relay.cfg`,
  ],
  command: [],
  networks: Object.fromEntries(
    users.flatMap((service) => Object.keys(attachedTo(service ?? {}))).map((key) => [key, null]),
  ),
  healthcheck: { test: ["CMD-SHELL", healthTest], interval: "3s", timeout: "5s", retries: "5", start_period: "15s" },
  deploy: { resources: { limits: { cpus: "0.5", memory: "64M" } } },
  read_only: true,
  tmpfs: ["/tmp"],
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
  restart: "unless-stopped",
  // The image's own signal waits until the last client has gone.
  stop_signal: "SIGTERM",
  stop_grace_period: "5s",
});

const configVariable = "RELAY_CONFIG";

/** Prints the relay's state; the image has wget on Alpine, and bash on Debian. */
const healthTest = [
  `wget -qO- http://127.0.0.1:${statePort}/ 2>/dev/null`,
  `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${statePort}; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; read -r _ code _ <&3; tail -n 1 <&3; [ "$$code" = 200 ]'`,
].join(" || ");

/** Services with the relay's configuration, which follows from what all others may open. */
export function withRelayConfig(
  services: readonly Service[],
  database: Pick<Database, "platform">,
  connections: readonly Connections[],
): Service[] {
  const text = relayConfig(routesOf(database, connections));
  return services.map((service) =>
    service.key === relayKey
      ? { ...service, environment: { ...service.environment, [configVariable]: text } }
      : service,
  );
}

/**
 * HAProxy's configuration. A client beyond the limit waits, as many again may do so for half a minute; further ones are
 * not accepted. While a server is replaced, its new address is looked up every second and clients wait for it. Clients
 * that never log in are disconnected by the pool and by PostgreSQL.
 */
function relayConfig(routes: readonly Route[]): string {
  const total = routes.reduce((sum, { limit }) => sum + 2 * limit, 0);
  const missing = routes.map(({ name }) => `{ nbsrv(${name}) lt 1 }`).join(" || ");
  const hosts = routes.map(({ host }) => host).join(" and ");
  const state = routes.map(({ name }) => `${name} %[srv_conn(${name}/server)] waiting %[queue(${name})]`).join(", ");
  return `global
  maxconn ${total + 10}
  nbthread 1
resolvers docker
  parse-resolv-conf
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
defaults
  mode tcp
  timeout connect 500ms
  timeout client 7d
  timeout server 7d
  timeout client-fin 30s
  timeout server-fin 30s
  timeout queue 30s
  option clitcpka
  option srvtcpka
  retries 60
${routes.map(listener).join("")}frontend state
  mode http
  bind 127.0.0.1:${statePort}
  timeout client 5s
  timeout http-request 5s
  http-request return status 503 content-type text/plain string "cannot resolve ${hosts}" if ${missing}
  http-request return status 200 content-type text/plain lf-string "${state}"
`;
}

const listener = ({ name, host, port, limit, rate }: Route): string => `listen ${name}
  bind :${port}
  maxconn ${2 * limit}
  backlog ${limit}
  rate-limit sessions ${rate}
  server server ${host}:${port} maxconn ${limit} maxqueue ${limit} resolvers docker resolve-prefer ipv4 init-addr none
`;
