/**
 * A sample application with a database of its own: `serve` answers over HTTP, `work` takes jobs from a queue, and
 * `migrate`, `seed` and `admin` run once and end. The first two run on DATABASE_URL, which may be a pool; the others on
 * DIRECT_URL, which may not.
 */
import { admin } from "./admin.ts";
import { migrate } from "./migrate.ts";
import { seed } from "./seed.ts";
import { serve } from "./serve.ts";
import { type Environment, reasonOf } from "./settings.ts";
import { work } from "./work.ts";

const commands: Readonly<Record<string, (environment: Environment) => Promise<void>>> = {
  serve,
  work,
  migrate,
  seed,
  admin,
};

const [name = ""] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`${JSON.stringify(name)} is no command: use one of ${Object.keys(commands).join(", ")}`);
  process.exitCode = 2;
} else {
  try {
    await command(process.env);
  } catch (error) {
    // The words alone: an error as a whole may carry the address, and with it the password.
    console.error(`${name}: ${reasonOf(error)}`);
    process.exitCode = 1;
  }
}
