import { administrator } from "../deployment/platform-roles.ts";
import type { SocketAddress } from "../deployment/deployment.ts";

/**
 * Gives a role another password, as PostgreSQL itself keeps it, so that no text of it reaches the server's log.
 * @param password of `berth_admin`
 * @throws in PostgreSQL's words
 */
export async function setRolePassword(
  { host, port }: SocketAddress,
  password: string,
  { role, verifier }: { readonly role: string; readonly verifier: string },
): Promise<void> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ host, port, user: administrator, password, database: "postgres" });
  client.on("error", () => {}); // the query that it cuts off fails
  try {
    await client.connect();
    await client.query(`ALTER ROLE ${client.escapeIdentifier(role)} LOGIN PASSWORD ${client.escapeLiteral(verifier)}`);
  } finally {
    await client.end().catch(() => {});
  }
}
