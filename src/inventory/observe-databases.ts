import { once } from "node:events";
import { connect } from "node:net";
import type { Client } from "pg";
import { administrator } from "../deployment/platform-roles.ts";
import type { SocketAddress } from "../deployment/deployment.ts";
import { clientOptions, type PostgresLogin } from "./postgres-client.ts";
import type { PoolClients, Sessions } from "../host/seen.ts";

/** A database on a PostgreSQL server. */
export interface LiveDatabase {
  readonly name: string;
  readonly owner: string;
  /** Whether everybody may connect who may log in. */
  readonly open: boolean;
  /** The roles that may connect, superusers left out; sorted. */
  readonly admits: readonly string[];
  /** What everybody's sessions in it begin with, as PostgreSQL writes it: `search_path=app, public`. */
  readonly settings: readonly string[];
}

/** A role on a PostgreSQL server. */
export interface LiveRole {
  readonly name: string;
  readonly login: boolean;
  /** Sessions that it may have; -1 is any number. */
  readonly limit: number;
  /** What it may beyond others: `superuser`, `createrole`, `createdb`, `replication`, `bypassrls`. */
  readonly rights: readonly string[];
  /** The roles that it is a member of, and its own members; sorted. */
  readonly memberOf: readonly string[];
  readonly members: readonly string[];
  /** What its sessions begin with, and those in one database. */
  readonly settings: readonly string[];
  readonly settingsIn: readonly { readonly database: string; readonly setting: string }[];
}

/** What a PostgreSQL server has, or why it could not be asked. */
export type DatabasesReport =
  | {
      readonly kind: "seen";
      readonly databases: readonly LiveDatabase[];
      readonly roles: readonly LiveRole[];
    }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Who may connect, asked of PostgreSQL itself: by a grant to them, to everybody, or to a role that they are in. */
const databases = `
SELECT datname AS name, pg_get_userbyid(datdba)::text AS owner,
  has_database_privilege('public', oid, 'CONNECT') AS open, ARRAY(
    SELECT rolname::text FROM pg_roles
    WHERE rolcanlogin AND NOT rolsuper AND has_database_privilege(pg_roles.oid, pg_database.oid, 'CONNECT')
    ORDER BY rolname
  ) AS admits, ARRAY(
    SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = pg_database.oid AND setrole = 0 ORDER BY 1
  ) AS settings
FROM pg_database ORDER BY datname`;

const roles = `
SELECT rolname AS name, rolcanlogin AS login, rolconnlimit AS "limit", array_remove(ARRAY[
    CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'createrole' END,
    CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolreplication THEN 'replication' END,
    CASE WHEN rolbypassrls THEN 'bypassrls' END
  ], NULL) AS rights,
  ARRAY(SELECT DISTINCT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = role.oid ORDER BY 1) AS "memberOf",
  ARRAY(SELECT DISTINCT pg_get_userbyid(member)::text FROM pg_auth_members WHERE roleid = role.oid ORDER BY 1) AS members,
  ARRAY(
    SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = role.oid AND setdatabase = 0 ORDER BY 1
  ) AS settings,
  coalesce((
    SELECT json_agg(json_build_object('database', datname, 'setting', setting) ORDER BY datname, setting)
    FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid, unnest(setconfig) AS setting
    WHERE setrole = role.oid
  ), '[]') AS "settingsIn"
FROM pg_roles AS role ORDER BY rolname`;

/** Asks a platform's PostgreSQL as `berth_admin` for its databases and roles, all from its database `postgres`. Never throws: what went wrong is the report. */
export async function observeDatabases(
  address: SocketAddress,
  password: string,
  timeout = 5_000,
): Promise<DatabasesReport> {
  const report = await asked(address, { user: administrator, password, timeout }, async (client) => {
    const found = await client.query<LiveDatabase>(databases);
    const known = await client.query<LiveRole>(roles);
    return { kind: "seen" as const, databases: found.rows, roles: known.rows };
  });
  return report.kind === "exhausted" ? { ...report, kind: "unreachable" } : report;
}

const eventTriggers = `SELECT evtname AS name FROM pg_event_trigger ORDER BY evtname`;

/** The event triggers of databases that the platform owns, asked as `postgres`; undefined where it may not log in. */
export async function observeEventTriggers(
  address: SocketAddress,
  password: string,
  names: readonly string[],
): Promise<{ readonly database: string; readonly name: string }[] | undefined> {
  const reports = await Promise.all(
    names.map((database) =>
      asked(address, { user: "postgres", password, database, timeout: 5_000 }, async (client) => {
        const { rows } = await client.query<{ name: string }>(eventTriggers);
        return { kind: "triggers" as const, found: rows.map(({ name }) => ({ database, name })) };
      }),
    ),
  );
  const found = reports.flatMap((report) => (report.kind === "triggers" ? report.found : []));
  return reports.some(({ kind }) => kind !== "triggers") ? undefined : found;
}

/** Whether a login fails for its password (classes 28P01, 28000). Nothing runs in the database. */
export async function refusesPassword(
  address: SocketAddress,
  login: { readonly user: string; readonly password: string; readonly database: string },
): Promise<boolean> {
  const report = await asked(address, { ...login, timeout: 5_000 }, () => Promise.resolve({ kind: "in" as const }));
  return report.kind === "refused" && report.reason.startsWith("password authentication failed");
}

export type SessionsReport = ({ readonly kind: "seen" } & Sessions) | Failed;

export type PoolReport = ({ readonly kind: "seen" } & PoolClients) | Failed;

type Failed =
  | Exclude<DatabasesReport, { readonly kind: "seen" }>
  /** It accepts no further connection. */
  | { readonly kind: "exhausted"; readonly reason: string };

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

/** Asks PgBouncer's console how many clients there are, without the one that asks. Never throws. */
export async function observePool(
  address: SocketAddress,
  login: { readonly user: string; readonly password: string },
  timeout = 5_000,
): Promise<PoolReport> {
  return asked(address, { ...login, database: "pgbouncer", timeout }, async (client) => {
    const lists = await client.query<{ list: string; items: number }>("SHOW LISTS");
    const options = await client.query<{ key: string; value: string }>("SHOW CONFIG");
    const open = lists.rows.find(({ list }) => list === "used_clients")?.items ?? 1;
    const maximum = options.rows.find(({ key }) => key === "max_client_conn")?.value;
    return { kind: "seen", maximum: Number(maximum ?? 0), open: Number(open) - 1 };
  });
}

/** Whether a login at a PostgreSQL server works. Never throws: what went wrong is the report. */
export const observeLogin = (
  address: SocketAddress,
  login: { readonly user: string; readonly password: string },
  timeout = 5_000,
): Promise<{ readonly kind: "seen" } | Failed> =>
  asked(address, { ...login, timeout }, () => Promise.resolve({ kind: "seen" as const }));

async function asked<T>(
  address: SocketAddress,
  { timeout, ...login }: PostgresLogin & { readonly timeout: number },
  ask: (client: Client) => Promise<T>,
): Promise<T | Failed> {
  const { Client } = (await import("pg")).default;
  const client = new Client(clientOptions(address, login, { connection: timeout, query: timeout }));
  client.on("error", () => {}); // the query that it cuts off fails
  try {
    await client.connect();
    return await ask(client);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const kind = isExhausted(code, message) ? "exhausted" : isRefusal(code) ? "refused" : "unreachable";
    return { kind, reason: message || (code ?? "it does not answer") };
  } finally {
    await client.end().catch(() => {});
  }
}

/** PostgreSQL's own code; PgBouncer has only the words. */
const isExhausted = (code: string | undefined, message: string): boolean =>
  code === "53300" || message.includes("max_client_conn");

/** Why a server's address does not answer, which needs no password; undefined where it does. */
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
