import { hash } from "bcryptjs";
import { inTransaction, onDirectAddress } from "./database.ts";
import { type Environment, required, wholeNumber } from "./settings.ts";

/** Says which of several that look for a director at once goes first. */
const lock = 8_271_604;

export interface Administrator {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Each step doubles the time that a hash takes; 12 is a quarter of a second. */
  readonly cost: number;
}

/** The first administrator, from ADMIN_NAME, ADMIN_EMAIL, ADMIN_PASSWORD or ADMIN_PASSWORD_FILE, and BCRYPT_COST. */
export function readAdministrator(environment: Environment): Administrator {
  const name = required(environment, "ADMIN_NAME", "the name of the first administrator");
  const email = required(environment, "ADMIN_EMAIL", "what the first administrator signs in with");
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Error(`ADMIN_EMAIL is ${JSON.stringify(email)}: write NAME@DOMAIN`);
  const password = required(environment, "ADMIN_PASSWORD", "the first administrator's, or in ADMIN_PASSWORD_FILE");
  const bytes = Buffer.byteLength(password);
  if (bytes > 72) throw new Error(`ADMIN_PASSWORD has ${bytes} bytes: bcrypt takes no more than 72`);
  return { name, email: email.toLowerCase(), password, cost: wholeNumber(environment, "BCRYPT_COST", 12, [10, 15]) };
}

/** Makes the first administrator, once: where there is a director, nothing is changed. */
export async function admin(environment: Environment): Promise<void> {
  await onDirectAddress(environment, (client) =>
    inTransaction(client, async () => {
      await client.query("select pg_advisory_xact_lock($1)", [lock]);
      const { rows } = await client.query<{ email: string }>(
        "select email from people where role = 'director' limit 1",
      );
      if (rows[0] !== undefined) {
        console.log(`admin: ${rows[0].email} is director already; nothing was changed`);
        return;
      }
      const { name, email, password, cost } = readAdministrator(environment);
      await client.query(
        "insert into people (name, email, password_hash, role, status) values ($1, $2, $3, 'director', 'approved')",
        [name, email, await hash(password, cost)],
      );
      console.log(`admin: ${email} is director now`);
    }),
  );
}
