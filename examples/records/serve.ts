import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compare } from "bcryptjs";
import { type Database, databaseTrouble, isPooled, openDatabase, placeOf } from "./database.ts";
import { type Answer, bodyOf, health, json, listen, Refusal } from "./http.ts";
import { Queue, readQueueAddress } from "./queue.ts";
import { type Environment, setting } from "./settings.ts";

const bytesOfUpload = 10 * 1024 * 1024;
const bytesOfText = 64 * 1024;

/** The page, /info, /health, /visits (or GET /visit), /jobs, /login and /uploads, until it is told to stop. */
export async function serve(environment: Environment): Promise<void> {
  const database = openDatabase(environment);
  const uploads = setting(environment, "UPLOADS_DIR") ?? join(import.meta.dirname, "uploads");
  const info = () => readInfo(environment, database);
  await listen(environment, [
    ["GET", /^\/$/, async () => page(await info())],
    ["GET", /^\/info$/, async () => json(200, await info())],
    ["GET", /^\/health$/, async () => health(await databaseTrouble(database))],
    ["GET", /^\/visit$/, () => visit(database, "")],
    ["POST", /^\/visits$/, async (request) => visit(database, String(await bodyOf(request, bytesOfText)))],
    ["POST", /^\/jobs$/, async (request) => putJob(environment, String(await bodyOf(request, bytesOfText)))],
    ["POST", /^\/login$/, async (request) => login(database, String(await bodyOf(request, bytesOfText)))],
    ["GET", /^\/uploads\/(.+)$/, (_request, name) => readUpload(join(uploads, fileName(name)))],
    [
      "POST",
      /^\/uploads\/(.+)$/,
      async (request, name) => {
        await writeFile(join(uploads, fileName(name)), await bodyOf(request, bytesOfUpload));
        return json(201, { name });
      },
    ],
  ]);
  await database.pool.end();
}

/** What the app was told, and what the server says of the connection that it came by. */
interface Info {
  readonly name: string;
  readonly version: string;
  readonly rows: number;
  readonly database: {
    readonly address: string;
    readonly name: string;
    readonly user: string;
    /** Whether a pool stood between. */
    readonly pooled: boolean;
    readonly server: string;
  };
}

async function readInfo(environment: Environment, { address, pool }: Database): Promise<Info> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ database: string; user: string; server: string; rows: number }>(
      `select current_database() as database, current_user as user, (select count(*)::int from visits) as rows,
       coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'a socket') as server`,
    );
    const said = rows[0] ?? { database: "", user: "", server: "", rows: 0 };
    return {
      name: setting(environment, "APP_NAME") ?? "records",
      version: versionOf(join(import.meta.dirname, "VERSION")),
      rows: said.rows,
      database: {
        address: placeOf(address),
        name: said.database,
        user: said.user,
        pooled: await isPooled(client),
        server: said.server,
      },
    };
  } finally {
    client.release();
  }
}

function versionOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}

function page({ name, version, rows, database }: Info): Answer {
  const way = database.pooled ? "through the pool" : "directly";
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(name)}</title></head>
<body>
<h1>${escapeHtml(name)}</h1>
<p>${rows} visits; <a href="/visit">one more</a></p>
<p>Database ${escapeHtml(database.name)} as ${escapeHtml(database.user)}, by ${escapeHtml(database.address)}, ${way}</p>
<footer>Version ${escapeHtml(version)}</footer>
</body>
</html>
`;
  return { status: 200, type: "text/html; charset=utf-8", body };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? "");

async function visit({ pool }: Database, note: string): Promise<Answer> {
  const { rows } = await pool.query<{ id: string }>(
    "insert into visits (note, source) values ($1, 'web') returning id::text",
    [note],
  );
  return json(201, { id: Number(rows[0]?.id) });
}

async function putJob(environment: Environment, job: string): Promise<Answer> {
  if (setting(environment, "REDIS_URL") === undefined) throw new Refusal(404, "this deployment has no queue of jobs");
  const queue = await Queue.open(readQueueAddress(environment));
  await queue.put(job).finally(() => queue.close());
  return json(202, { queued: true });
}

async function login({ pool }: Database, text: string): Promise<Answer> {
  const form = new URLSearchParams(text);
  const { rows } = await pool.query<{ name: string; role: string; status: string; password_hash: string }>(
    "select name, role, status, password_hash from people where email = $1",
    [form.get("email")?.toLowerCase()],
  );
  const [person] = rows;
  if (person === undefined || !(await compare(form.get("password") ?? "", person.password_hash))) {
    throw new Refusal(401, "no such email address and password");
  }
  return json(200, { name: person.name, role: person.role, status: person.status });
}

function fileName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new Refusal(
    400,
    "an upload's name is 1 to 100 letters, digits, dots, dashes or underscores; the first is a letter or digit",
  );
}

async function readUpload(file: string): Promise<Answer> {
  const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Refusal(404, "there is no such upload") : error;
  });
  return { status: 200, type: "application/octet-stream", body };
}
