/** The two ways to the database: DATABASE_URL, which may lead through a pool, and DIRECT_URL, which must not. */
import pg from "pg";
import { type Environment, reasonOf, required, wholeNumber } from "./settings.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** That the address says so itself: `?pgbouncer=true`. */
  readonly pooled: boolean;
}

/** Options of the address, such as `?pgbouncer=true`, are for other clients and never sent. @throws without the text. */
export function parseAddress(name: string, text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || url.pathname.length < 2) {
    throw new Error(`${name} is no address of a database: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE`);
  }
  try {
    return {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || 5432),
      database: decodeURIComponent(url.pathname.slice(1)),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      pooled: url.searchParams.get("pgbouncer") === "true",
    };
  } catch {
    throw new Error(`${name} has a % that no two digits follow: write it as %25`);
  }
}

export const placeOf = ({ host, port }: Address): string => `${host}:${port}`;

const connection = ({ host, port, database, user, password }: Address) => ({
  ...{ host, port, database, user, password },
  connectionTimeoutMillis: 5_000,
});

export interface Database {
  readonly address: Address;
  readonly pool: pg.Pool;
}

/**
 * What `serve` and `work` run on. Statements are never prepared by name: the next one may run on another connection of
 * the pool.
 */
export function openDatabase(environment: Environment): Database {
  const text = required(
    environment,
    "DATABASE_URL",
    "where the app finds its database, through the pool if there is one",
  );
  const address = parseAddress("DATABASE_URL", text);
  const max = wholeNumber(environment, "DATABASE_POOL", 5, [1, 1000]);
  const pool = new pg.Pool({ ...connection(address), max, query_timeout: 15_000 });
  pool.on("error", (error) => console.error(`${placeOf(address)}: ${reasonOf(error)}`)); // an idle one was ended
  return { address, pool };
}

/** Undefined where the database answers and has the app's tables; else why not. */
export async function databaseTrouble({ address, pool }: Database): Promise<string | undefined> {
  try {
    await pool.query("select from visits limit 1");
    return undefined;
  } catch (error) {
    const isUnmigrated = (error as pg.DatabaseError).code === "42P01";
    return isUnmigrated
      ? "the database has no tables: run migrate"
      : `the database at ${placeOf(address)} does not answer: ${reasonOf(error)}`;
  }
}

/** A pool gives its clients a number of its own; the server knows the process that really answers. */
export async function isPooled(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid !== (client as unknown as { processID: number }).processID;
}

/** Runs an action on the database itself. @throws where DIRECT_URL leads through a pool, or nobody answers there. */
export async function onDirectAddress(
  environment: Environment,
  action: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const address = parseAddress("DIRECT_URL", required(environment, "DIRECT_URL", "the database itself, not its pool"));
  const client = new pg.Client(connection(address));
  client.on("error", () => {}); // what is under way fails with the same
  try {
    await client.connect().catch((error: unknown) => {
      throw new Error(`the database at ${placeOf(address)} does not let us in: ${reasonOf(error)}`, { cause: error });
    });
    if (address.pooled || (await isPooled(client))) {
      throw new Error(`DIRECT_URL leads to a pool (${placeOf(address)}): give it the address of the database itself`);
    }
    await action(client);
  } finally {
    await client.end();
  }
}

/** All or nothing. */
export async function inTransaction<T>(client: pg.Client, action: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    const result = await action();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => {}); // the connection may be gone, and the server does it then
    throw error;
  }
}
