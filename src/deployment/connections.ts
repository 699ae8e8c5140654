import type { Blueprint } from "../blueprint/blueprint.ts";
import { quoted } from "../conflicts/mistake.ts";
import { mentions, type NewDatabase } from "./database.ts";
import type { Connections, ConnectionServer, Platform, Service } from "./deployment.ts";
import type { Filler } from "./fill.ts";
import { replicaCount } from "./replicas.ts";

/** Sessions that a service opens at most, all its replicas together. */
function sessions(
  key: string,
  services: readonly Service[],
  { extension, source }: Blueprint,
  filler: Filler,
): Omit<Connections, "server"> {
  const path = ["x-berth", "database", "connections", key];
  const written = extension.database?.connections[key];
  const text = written === undefined ? "1" : filler.text(written, path);
  const count = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (count === undefined) filler.wrong(path, `found ${quoted(text)}`, "a number of sessions, for example 10");
  const replicas = replicaCount(key, services);
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
  { key, name, command = [] }: Pick<Service, "key" | "name" | "command">,
  blueprint: Blueprint,
  stack: string,
  filler: Filler,
): ConnectionServer {
  const flag = (option: keyof typeof defaults): number => {
    const form = new RegExp(`^(?:--|-c)?${option.replaceAll("_", "[-_]")}=(.*)$`);
    const written = command.flatMap((word) => form.exec(word)?.[1] ?? []).at(-1) ?? String(defaults[option]);
    if (/^\d{1,6}$/.test(written)) return Number(written);
    filler.wrong(["services", key, "command"], `found ${option}=${written}`, "a number of sessions, for example 120");
    return defaults[option];
  };
  const words = [blueprint.services[key]?.command ?? []].flat().join(" ");
  const setting = /max[-_]connections=\$\{?(\w+)/.exec(words)?.[1];
  const reserved = flag("superuser_reserved_connections");
  return {
    container: name,
    available: flag("max_connections") - reserved,
    reserved,
    ...(setting !== undefined && { setting: { stack, name: setting } }),
  };
}

/** Sessions of whoever administers the databases of a platform; the provider is told to open no more. */
export const administrationSessions = 4;

/** Beside its own, each database costs a session of the role that looks up passwords for the pool. */
const lookupSessions = 1;

/** Everything that a deployment may open at PostgreSQL servers: at its own, at its platform's, or at the one it offers. */
export function connectionsOf(
  blueprint: Blueprint,
  services: readonly Service[],
  { stack, database, platform, filler }: { stack: string; database?: NewDatabase; platform?: Platform; filler: Filler },
): Connections[] {
  const { database: wish, platform: offer } = blueprint.extension;
  const written = services.flatMap(({ key, replicaOf }) => (replicaOf === undefined ? [key] : []));
  const openedBy = (server: ConnectionServer, keys: readonly string[]): Connections[] =>
    keys.map((key) => ({ server, ...sessions(key, services, blueprint, filler) }));
  if (platform !== undefined && offer !== undefined) {
    const source = blueprint.source(["x-berth", "platform"]);
    return [{ server: platform.connections, count: administrationSessions, by: "administration", source }];
  }
  if (database !== undefined) {
    const { connections: server, poolSize } = database.platform;
    const direct = written.filter((key) => mentions(blueprint, key, "direct") || key in (wish?.connections ?? {}));
    return [
      { server, count: poolSize + lookupSessions, by: "pool", source: database.source },
      ...openedBy(server, direct),
    ];
  }
  const own = services.find(({ key }) => key === wish?.server);
  if (wish === undefined || own === undefined) return [];
  const server = connectionServer(own, blueprint, stack, filler);
  return openedBy(
    server,
    written.filter((key) => Object.hasOwn(wish.connections, key)),
  );
}

/** How many sessions the role of a database needs: all but those of the role that looks up passwords. */
export const connectionLimit = (connections: readonly Connections[]): number =>
  connections.reduce((sum, { count }) => sum + count, -lookupSessions);
