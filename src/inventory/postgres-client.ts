import type { ClientConfig } from "pg";
import { safeSearchPath } from "../deployment/platform-roles.ts";
import type { SocketAddress } from "../deployment/deployment.ts";

export interface PostgresLogin {
  readonly user: string;
  readonly password: string;
  /** `postgres` by default. */
  readonly database?: string;
}

/** Milliseconds. */
export interface PostgresTimeouts {
  readonly connection: number;
  readonly query: number;
}

/** How everything of berth connects to PostgreSQL: with a search path that no role or database decides. */
export const clientOptions = (
  { host, port }: SocketAddress,
  { user, password, database = "postgres" }: PostgresLogin,
  timeouts: PostgresTimeouts,
): ClientConfig => ({
  host,
  port,
  user,
  password,
  database,
  connectionTimeoutMillis: timeouts.connection,
  query_timeout: timeouts.query,
  application_name: "berth",
  // PgBouncer's console accepts no options.
  ...(database !== "pgbouncer" && { options: `-c search_path=${safeSearchPath.join(",")}` }),
});
