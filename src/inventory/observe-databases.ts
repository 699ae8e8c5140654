import { once } from "node:events";
import { connect } from "node:net";
import type { Client } from "pg";
import type { SocketAddress } from "../deployment/deployment.ts";
import type { Sessions } from "../status/live.ts";

/** A database on a PostgreSQL server. */
export interface LiveDatabase {
  readonly name: string;
  /** Whether everybody may connect who may log in. */
  readonly open: boolean;
  /** The roles that may connect, superusers left out; sorted. */
  readonly admits: readonly string[];
}

/** What a PostgreSQL server has, or why it could not be asked. */
export type DatabasesReport =
  | {
      readonly kind: "seen";
      readonly databases: readonly LiveDatabase[];
      readonly roles: readonly { readonly name: string }[];
    }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Who may connect, asked of PostgreSQL itself: by a grant to them, to everybody, or to a role that they are in. */
const databases = `
SELECT datname AS name, has_database_privilege('public', oid, 'CONNECT') AS open, ARRAY(
  SELECT rolname::text FROM pg_roles
  WHERE rolcanlogin AND NOT rolsuper AND has_database_privilege(pg_roles.oid, pg_database.oid, 'CONNECT')
  ORDER BY rolname
) AS admits FROM pg_database ORDER BY datname`;

const roles = `SELECT rolname AS name FROM pg_roles ORDER BY rolname`;

/** Asks a PostgreSQL server as `postgres` for its databases and roles. Never throws: what went wrong is the report. */
export async function observeDatabases(
  address: SocketAddress,
  password: string,
  timeout = 5_000,
): Promise<DatabasesReport> {
  return asked(address, { user: "postgres", password, timeout }, async (client) => {
    const found = await client.query<LiveDatabase>(databases);
    const known = await client.query<{ name: string }>(roles);
    return { kind: "seen", databases: found.rows, roles: known.rows };
  });
}

export type SessionsReport =
  ({ readonly kind: "seen" } & Sessions) | Exclude<DatabasesReport, { readonly kind: "seen" }>;

/** All roles that may have so many sessions only, and all that have one; the session that asks is not counted. */
const sessions = `
SELECT coalesce(rolname, '') AS name, coalesce(datname, '') AS database, count(pid)::int AS open,
  CASE WHEN rolsuper THEN -1 ELSE coalesce(rolconnlimit, -1) END AS "limit"
FROM pg_roles FULL JOIN (
  SELECT pid, usename, datname FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
) AS client ON rolname = usename
WHERE pid IS NOT NULL OR (rolconnlimit > 0 AND NOT rolsuper) GROUP BY 1, 2, 4 ORDER BY 1, 2`;

const maximum = `SELECT setting::int AS maximum FROM pg_settings WHERE name = 'max_connections'`;

/** Asks a PostgreSQL server how many sessions are open at it. Never throws: what went wrong is the report. */
export async function observeSessions(
  address: SocketAddress,
  login: { readonly user: string; readonly password: string },
  timeout = 5_000,
): Promise<SessionsReport> {
  return asked(address, { ...login, timeout }, async (client) => {
    const found = await client.query<Sessions["roles"][number]>(sessions);
    const [most] = (await client.query<{ maximum: number }>(maximum)).rows;
    const open = found.rows.reduce((sum, role) => sum + role.open, 0);
    return { kind: "seen", maximum: most?.maximum ?? 0, open, roles: found.rows };
  });
}

async function asked<T>(
  { host, port }: SocketAddress,
  { user, password, timeout }: { readonly user: string; readonly password: string; readonly timeout: number },
  ask: (client: Client) => Promise<T>,
): Promise<T | Exclude<DatabasesReport, { readonly kind: "seen" }>> {
  const { Client } = (await import("pg")).default;
  const client = new Client({
    host,
    port,
    user,
    password,
    database: "postgres",
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    application_name: "berth",
  });
  client.on("error", () => {}); // the query that it cuts off tells
  try {
    await client.connect();
    return await ask(client);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { kind: isRefusal(code) ? "refused" : "unreachable", reason: message || (code ?? "it does not answer") };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Why nobody answers at a server's address, which can be told without a password; undefined where somebody does. */
export async function serverSilence(
  { host, port }: SocketAddress,
  timeout = 5_000,
): Promise<Extract<DatabasesReport, { kind: "unreachable" }> | undefined> {
  const socket = connect({ host, port, timeout });
  socket.once("timeout", () => socket.destroy(new Error(`no answer within ${timeout / 1000} s`)));
  try {
    await once(socket, "connect");
    return undefined;
  } catch (error) {
    return { kind: "unreachable", reason: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

/** Whether PostgreSQL answered that this login may not be: classes 28 (authentication) and 42501 (no privilege). */
const isRefusal = (code = ""): boolean => code.startsWith("28") || code === "42501";
