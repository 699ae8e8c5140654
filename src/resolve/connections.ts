import { administrationSessions } from "../deployment/platform-roles.ts";
import type { Blueprint } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import { mentions, type NewDatabase } from "./database.ts";
import type { Connections, ConnectionServer, Platform, Service, Workload } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { hostName } from "../notation/names.ts";
import { ownValue } from "../notation/own-value.ts";

/** Sessions that a service opens at most, all its replicas together. */
function sessions(
  key: string,
  services: readonly Service[],
  { extension, source }: Blueprint,
  filler: Filler,
): Omit<Connections, "server"> {
  const path = ["x-berth", "database", "connections", key];
  const written = ownValue(extension.database?.connections, key);
  const text = written === undefined ? "1" : filler.text(written, path);
  const count = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (count === undefined) filler.wrong(path, `found ${quoted(text)}`, "a number of sessions, for example 10");
  const service = services.find((each) => each.key === key);
  const replicas = service?.kind === "service" ? service.replicas : 1;
  return {
    count: (count ?? 1) * replicas,
    by: replicas === 1 ? key : `${replicas} × ${key}`,
    source: source(written === undefined ? ["services", key] : path),
  };
}

/** What a PostgreSQL takes when its command says nothing else. */
const defaults = { max_connections: 100, superuser_reserved_connections: 3 };

/** How many sessions a service takes that is a PostgreSQL, as its command says. */
export function connectionServer(
  { key, command = [] }: Pick<Workload, "key" | "command">,
  container: string,
  blueprint: Blueprint,
  { stack, filler }: { readonly stack: string; readonly filler: Filler },
): ConnectionServer {
  const flag = (option: keyof typeof defaults): number => {
    const form = new RegExp(`^(?:--|-c)?${option.replaceAll("_", "[-_]")}=(.*)$`);
    const written = command.flatMap((word) => form.exec(word)?.[1] ?? []).at(-1) ?? String(defaults[option]);
    if (/^\d{1,6}$/.test(written)) return Number(written);
    filler.wrong(["services", key, "command"], `found ${option}=${written}`, "a number of sessions, for example 120");
    return defaults[option];
  };
  const words = [ownValue(blueprint.services, key)?.command ?? []].flat().join(" ");
  const setting = /max[-_]connections=\$\{?(\w+)/.exec(words)?.[1];
  const reserved = flag("superuser_reserved_connections");
  return {
    container,
    available: flag("max_connections") - reserved,
    reserved,
    ...(setting !== undefined && { setting: { stack, name: setting } }),
  };
}

/** Sessions of the role that looks up passwords for the pool, in all databases; blueprints/platform.yaml sets it, too. */
const lookupSessions = 4;

/** Clients of a pool that are kept for the host: for its administrator and for status reports. */
const reservedClients = 10;

/** How many clients a platform's pool accepts, as its blueprint says. */
export function poolClients(
  container: string,
  written: string,
  { stack, filler }: { stack: string; filler: Filler },
): ConnectionServer {
  const path = ["x-berth", "platform", "clients"];
  const text = filler.text(written, path);
  const isNumber = /^\d{1,6}$/.test(text);
  if (!isNumber) filler.wrong(path, `found ${quoted(text)}`, "a number of clients, for example 1000");
  const setting = /\$\{?(\w+)/.exec(written)?.[1];
  return {
    counts: "clients",
    container,
    available: Math.max(0, (isNumber ? Number(text) : 0) - reservedClients),
    reserved: reservedClients,
    ...(setting !== undefined && { setting: { stack, name: setting } }),
  };
}

interface Opening {
  readonly stack: string;
  readonly prefix: string;
  readonly database?: NewDatabase;
  readonly platform?: Platform;
  readonly filler: Filler;
}

/** Everything that a deployment may open at PostgreSQL servers: at its own, at its platform's, or at the one it offers. */
export function connectionsOf(
  blueprint: Blueprint,
  services: readonly Service[],
  { stack, prefix, database, platform, filler }: Opening,
): Connections[] {
  const { database: wish, platform: offer } = blueprint.extension;
  const written = services.map(({ key }) => key);
  const openedBy = (server: ConnectionServer, keys: readonly string[]): Connections[] =>
    keys.map((key) => ({ server, ...sessions(key, services, blueprint, filler) }));
  if (platform !== undefined && offer !== undefined) {
    const source = blueprint.source(["x-berth", "platform"]);
    return [
      { server: platform.connections, count: administrationSessions, by: "administration", source },
      { server: platform.connections, count: lookupSessions, by: "lookup", source },
    ];
  }
  if (database !== undefined) {
    const { connections: server, poolSize, clients } = database.platform;
    const direct = written.filter(
      (key) => mentions(blueprint, key, "direct") || Object.hasOwn(wish?.connections ?? {}, key),
    );
    return [
      { server, count: poolSize, by: "pool", source: database.source },
      ...openedBy(server, direct).map((one) => ({ ...one, direct: true as const })),
      { server: clients, ...tenantClients(database, blueprint, filler) },
    ];
  }
  const own = services.find(({ key }) => key === wish?.server);
  if (wish === undefined || own === undefined) return [];
  const server = connectionServer(own, hostName(prefix, own.key), blueprint, { stack, filler });
  return openedBy(
    server,
    written.filter((key) => Object.hasOwn(wish.connections, key)),
  );
}

/** Clients that a deployment may have at the pool: as its blueprint says, else as many as every deployment of the platform. */
function tenantClients(
  { platform, source }: NewDatabase,
  { extension, source: sourceOf }: Blueprint,
  filler: Filler,
): Omit<Connections, "server"> {
  const path = ["x-berth", "database", "clients"];
  const written = extension.database?.clients;
  if (written === undefined) return { count: platform.tenantClients, by: "clients", source };
  const text = filler.text(written, path);
  const count = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
  if (count === undefined) filler.wrong(path, `found ${quoted(text)}`, "a number of clients, for example 60");
  return { count: count ?? platform.tenantClients, by: "clients", source: sourceOf(path) };
}

/** How many sessions the role of a database needs: those of its pool and the direct ones. */
export const connectionLimit = ({ platform }: NewDatabase, connections: readonly Connections[]): number =>
  connections
    .filter(({ server }) => server.container === platform.connections.container)
    .reduce((sum, { count }) => sum + count, 0);
