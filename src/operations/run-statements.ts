import type { SocketAddress } from "../deployment/deployment.ts";
import { clientOptions } from "../inventory/postgres-client.ts";

/** A query takes less, unless it waits for a lock. */
const timeouts = { connection: 15_000, query: 60_000 };

/**
 * Runs statements as one transaction in a server's database `postgres`, which nobody but the platform owns.
 * @throws in PostgreSQL's own words
 */
export async function runStatements(
  address: SocketAddress,
  login: { readonly user: string; readonly password: string },
  statements: readonly string[],
): Promise<void> {
  const { Client } = (await import("pg")).default;
  const client = new Client(clientOptions(address, login, timeouts));
  client.on("error", () => {}); // the statement that it cuts off rejects
  try {
    await client.connect();
    await client.query("BEGIN");
    for (const statement of statements) await client.query(statement);
    await client.query("COMMIT");
  } catch (error) {
    throw new Error(
      `PostgreSQL at ${address.host}:${address.port} refused ${login.user}: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
