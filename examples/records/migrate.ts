import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { inTransaction, onDirectAddress } from "./database.ts";
import { type Environment, reasonOf } from "./settings.ts";

/** Says which of several that migrate at once goes first. */
const lock = 8_271_603;

/**
 * Applies the files of MIGRATIONS_DIR that were not applied yet, each in a transaction of its own.
 * @throws at the first that fails; those before it stay.
 */
export async function migrate(environment: Environment): Promise<void> {
  const folder = environment["MIGRATIONS_DIR"] || join(import.meta.dirname, "migrations");
  const files = inOrder(filesOf(folder));
  await onDirectAddress(environment, async (client) => {
    await client.query("set lock_timeout = '60s'");
    await client.query("select pg_advisory_lock($1)", [lock]).catch((error: unknown) => {
      throw new Error(`another migration has not ended for a minute: ${reasonOf(error)}`, { cause: error });
    });
    await client.query("reset lock_timeout");
    await client.query(
      "create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ name: string }>("select name from schema_migrations");
    const applied = new Set(rows.map(({ name }) => name));
    const pending = files.filter((name) => !applied.has(name));
    for (const [index, name] of pending.entries()) {
      await apply(client, folder, name).catch((error: unknown) => {
        const before = `${index} before it ${index === 1 ? "stays" : "stay"} applied`;
        throw new Error(`${name} failed and was rolled back; ${before}: ${reasonOf(error)}`, { cause: error });
      });
      console.log(`migrate: ${name} applied`);
    }
    console.log(`migrate: ${pending.length} applied, ${files.length - pending.length} were there already`);
  });
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".sql"));
  } catch (error) {
    throw new Error(`the migrations in ${folder} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** By their number. @throws where one has none, or two have the same. */
export function inOrder(names: readonly string[]): string[] {
  const numbered = names.map((name) => ({ name, number: Number(/^(\d+)_/.exec(name)?.[1] ?? NaN) }));
  numbered.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
  for (const [index, { name, number }] of numbered.entries()) {
    if (Number.isNaN(number)) throw new Error(`${name} has no number: name it like 003_what_it_does.sql`);
    const previous = numbered[index - 1];
    if (previous?.number === number) throw new Error(`${previous.name} and ${name} have the same number`);
  }
  return numbered.map(({ name }) => name);
}

const apply = (client: pg.Client, folder: string, name: string): Promise<unknown> =>
  inTransaction(client, async () => {
    await client.query(readFileSync(join(folder, name), "utf8"));
    await client.query("insert into schema_migrations (name) values ($1)", [name]);
  });
