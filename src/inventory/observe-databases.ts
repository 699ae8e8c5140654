import { once } from "node:events";
import { connect } from "node:net";
import type { SocketAddress } from "../deployment/deployment.ts";

/** A database on a PostgreSQL server. */
export interface LiveDatabase {
  readonly name: string;
  readonly owner: string;
  /** Whether everybody may connect who may log in. */
  readonly open: boolean;
  /** The roles that may connect, superusers left out; sorted. */
  readonly admits: readonly string[];
}

export interface LiveRole {
  readonly name: string;
  readonly superuser: boolean;
  /** -1 for any number. */
  readonly connectionLimit: number;
}

/** What a PostgreSQL server has, or why it could not be asked. */
export type DatabasesReport =
  | { readonly kind: "seen"; readonly databases: readonly LiveDatabase[]; readonly roles: readonly LiveRole[] }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Who may connect, asked of PostgreSQL itself: by a grant to them, to everybody, or to a role that they are in. */
const databases = `
SELECT datname AS name, pg_get_userbyid(datdba) AS owner, has_database_privilege('public', oid, 'CONNECT') AS open, ARRAY(
  SELECT rolname::text FROM pg_roles
  WHERE rolcanlogin AND NOT rolsuper AND has_database_privilege(pg_roles.oid, pg_database.oid, 'CONNECT')
  ORDER BY rolname
) AS admits FROM pg_database ORDER BY datname`;

const roles = `
SELECT rolname AS name, rolsuper AS superuser, rolconnlimit AS "connectionLimit" FROM pg_roles ORDER BY rolname`;

/** Asks a PostgreSQL server as `postgres` for its databases and roles. Never throws: what went wrong is the report. */
export async function observeDatabases(
  { host, port }: SocketAddress,
  password: string,
  timeout = 5_000,
): Promise<DatabasesReport> {
  const { Client } = (await import("pg")).default;
  const client = new Client({
    host,
    port,
    user: "postgres",
    password,
    database: "postgres",
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    application_name: "berth",
  });
  client.on("error", () => {}); // the query that it cuts off tells
  try {
    await client.connect();
    const found = await client.query<LiveDatabase>(databases);
    const known = await client.query<LiveRole>(roles);
    return { kind: "seen", databases: found.rows, roles: known.rows };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { kind: isRefusal(code) ? "refused" : "unreachable", reason: message || (code ?? "it does not answer") };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether anybody listens at a server's address: enough to tell, without a password, that nobody does. */
export async function observeServer({ host, port }: SocketAddress, timeout = 5_000): Promise<DatabasesReport> {
  const socket = connect({ host, port, timeout });
  try {
    await once(socket, "connect");
    return { kind: "seen", databases: [], roles: [] };
  } catch (error) {
    return { kind: "unreachable", reason: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

/** Whether PostgreSQL answered that this login may not be: classes 28 (authentication) and 42501 (no privilege). */
const isRefusal = (code = ""): boolean => code.startsWith("28") || code === "42501";
