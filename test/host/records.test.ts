import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDatabaseImages } from "../../scripts/images/database-images.ts";
import { makeRecordsImage } from "../../scripts/images/records-image.ts";
import { type Ended, exec, logsOf, runToEnd, start, succeeds } from "./containers.ts";
import { cleanUp, docker, dockerAnswers, uniqueName } from "./docker.ts";

const name = uniqueName("berth_records");
/** Needs escaping in an address. */
const secret = "p@ss/w%rd:1";
const HostConfig = { NetworkMode: name, CapDrop: ["ALL"], ReadonlyRootfs: true };
const address = (host: string, port: number) => `postgresql://app:${encodeURIComponent(secret)}@${host}:${port}/app`;
const direct = address(`${name}_postgres`, 5432);
const pooled = `${address(`${name}_pool`, 6432)}?pgbouncer=true`;
const queue = `redis://${name}_redis:6379`;

/** A failing migration has done something before it fails. */
const versions = {
  "1": {},
  "2": { "003_rooms.sql": "alter table visits add column room text not null default 'one'" },
  "3": {
    "003_rooms.sql": "alter table visits add column room text not null default 'one'",
    "004_broken.sql": "delete from visits; select nonsense from visits",
  },
};
type Version = keyof typeof versions;

describe.skipIf(!dockerAnswers)("the records app", () => {
  const tags = { "1": "", "2": "", "3": "" };
  let postgres: Docker.Container;
  let files: string;

  const run = (command: string, Env: readonly string[], version: Version = "1"): Promise<Ended> =>
    runToEnd(`${name}_job`, tags[version], { Cmd: [command], Env: [...Env], HostConfig });
  const psql = async (sql: string, user = "app"): Promise<string> =>
    (await exec(postgres, ["psql", "-AtX", "-U", user, "-d", "app", "-c", sql])).output.trim();

  beforeAll(async () => {
    const images = await makeDatabaseImages();
    files = await mkdtemp(join(tmpdir(), "berth-records-"));
    await chmod(files, 0o755);
    for (const version of Object.keys(versions) as Version[]) {
      const tag = `berth-test-records:${version}`;
      tags[version] = (await makeRecordsImage({ tag, version, migrations: versions[version] })).tag;
    }
    await docker.createNetwork({ Name: name });
    postgres = await start(`${name}_postgres`, images.postgres, {
      Env: [`POSTGRES_PASSWORD=${randomBytes(12).toString("hex")}`],
      HostConfig: { NetworkMode: name },
    });
    await succeeds(postgres, "pg_isready", "-h", "127.0.0.1");
    const roles = `create role app login password '${secret}'`;
    const sql = [roles, "create database app owner app"].flatMap((each) => ["-c", each]);
    expect(await exec(postgres, ["psql", "-U", "postgres", ...sql])).toMatchObject({ code: 0 });
    const configuration = [
      `[databases]\n* = host=${name}_postgres`,
      `[pgbouncer]\nlisten_addr = *\nlisten_port = 6432\nauth_type = scram-sha-256\npool_mode = transaction`,
      "auth_file = /etc/pgbouncer/userlist.txt\n",
    ].join("\n");
    const write = 'echo "$INI" >/etc/pgbouncer/pgbouncer.ini && echo "$USERS" >/etc/pgbouncer/userlist.txt';
    await start(`${name}_pool`, images.pgbouncer, {
      Cmd: ["sh", "-c", `${write} && exec pgbouncer /etc/pgbouncer/pgbouncer.ini`],
      Env: [`INI=${configuration}`, `USERS="app" "${secret}"`],
      HostConfig: { NetworkMode: name },
    });
    await start(`${name}_redis`, images.redis, { HostConfig: { NetworkMode: name } });
  });

  afterAll(async () => {
    await cleanUp();
    await rm(files, { recursive: true, force: true });
  });

  it("is unhealthy, with the reason, until its database is migrated", async () => {
    const app = await start(`${name}_early`, tags["1"], { Env: [`DATABASE_URL=${pooled}`], HostConfig });
    await succeeds(app, "curl", "-s", "http://127.0.0.1:3000/health");
    const health = ["curl", "-s", "-w", "%{http_code}", "http://127.0.0.1:3000/health"];
    expect((await exec(app, health)).output).toBe(
      '{"status":"unhealthy","reason":"the database has no tables: run migrate"}\n503',
    );
    await app.remove({ force: true });
  });

  it("migrates by DIRECT_URL alone, and not through a pool, whatever the address says", async () => {
    expect(await run("migrate", [`DATABASE_URL=${direct}`])).toEqual({
      code: 1,
      output: "migrate: DIRECT_URL is not set: it is the database itself, not its pool\n",
    });
    const refused = `migrate: DIRECT_URL leads to a pool (${name}_pool:6432): give it the address of the database itself\n`;
    expect(await run("migrate", [`DIRECT_URL=${pooled}`])).toEqual({ code: 1, output: refused });
    expect(await run("migrate", [`DIRECT_URL=${pooled.split("?")[0]}`])).toEqual({ code: 1, output: refused });
    expect(await psql("select count(*) from pg_class where relname in ('visits', 'schema_migrations')")).toBe("0");
  });

  it("migrates once, also where two do it at the same time", async () => {
    const both = await Promise.all(
      ["a", "b"].map((part) =>
        runToEnd(`${name}_${part}`, tags["1"], { Cmd: ["migrate"], Env: [`DIRECT_URL=${direct}`], HostConfig }),
      ),
    );
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ output }) => output.split("\n").at(-2)).sort()).toEqual([
      "migrate: 0 applied, 2 were there already",
      "migrate: 2 applied, 0 were there already",
    ]);
  });

  it("seeds, and makes the first director, once", async () => {
    const direction = [`DIRECT_URL=${direct}`];
    expect((await run("seed", direction)).output).toBe("seed: 3 rows written, 0 were there already\n");
    expect((await run("seed", direction)).output).toBe("seed: 0 rows written, 3 were there already\n");
    const person = [...direction, "ADMIN_NAME=Ada", "ADMIN_EMAIL=Ada@example.org", `ADMIN_PASSWORD=${secret}`];
    expect(await run("admin", person)).toEqual({ code: 0, output: "admin: ada@example.org is director now\n" });
    const first = await psql("select name, role, status, left(password_hash, 7), password_hash from people");
    expect(first).toMatch(/^Ada\|director\|approved\|\$2[aby]\$12\$\|/);
    expect(await run("admin", [...person, "ADMIN_EMAIL=eve@example.org"])).toEqual({
      code: 0,
      output: "admin: ada@example.org is director already; nothing was changed\n",
    });
    expect(await psql("select name, role, status, left(password_hash, 7), password_hash from people")).toBe(first);
  });

  it("answers through the pool, says so, and keeps what is written", async () => {
    const app = await serving("pooled", [`DATABASE_URL=${pooled}`, "APP_NAME=Laboratory <A>", "DATABASE_POOL=2"]);
    const before = (await get(app, "/info")) as { rows: number };
    expect(before).toMatchObject({
      name: "Laboratory <A>",
      version: "1",
      database: { address: `${name}_pool:6432`, name: "app", user: "app", pooled: true },
    });
    const posts = Array.from({ length: 8 }, (_, index) => curl(app, "-d", `note ${index}`, "/visits"));
    expect(new Set((await Promise.all(posts)).map((text) => (JSON.parse(text) as { id: number }).id)).size).toBe(8);
    await curl(app, "/visit");
    expect(await get(app, "/info")).toMatchObject({ rows: before.rows + 9 });
    expect(await curl(app, "/")).toContain("<h1>Laboratory &lt;A&gt;</h1>");
    expect(await curl(app, "/info")).not.toContain(secret);

    const form = ["--data-urlencode", "email=ada@example.org", "--data-urlencode"];
    expect(JSON.parse(await curl(app, ...form, `password=${secret}`, "/login"))).toEqual({
      ...{ name: "Ada", role: "director", status: "approved" },
    });
    expect(await curl(app, ...form, "password=wrong", "/login")).toContain("no such email address and password");
    await app.remove({ force: true });
  });

  it("says that it came directly where it did, and keeps uploads", async () => {
    const binds = { ...HostConfig, Binds: [`${name}_uploads:/app/uploads`] };
    const app = await serving("direct", [`DATABASE_URL=${direct}`], binds);
    expect(await get(app, "/info")).toMatchObject({
      database: { address: `${name}_postgres:5432`, pooled: false },
    });
    expect(JSON.parse(await curl(app, "-d", "a picture", "/uploads/a.png"))).toEqual({ name: "a.png" });
    expect(await curl(app, "/uploads/a.png")).toBe("a picture");
    expect(await curl(app, "--path-as-is", "/uploads/../VERSION")).toContain("an upload's name is");
    await app.stop({ t: 9 });
    expect((await app.inspect()).State.ExitCode).toBe(0);
    await app.remove();
  });

  it("works off the queue, is healthy while both answer, and loses no job when the database is away", async () => {
    const worker = await start(`${name}_worker`, tags["1"], {
      Cmd: ["work"],
      Env: [`DATABASE_URL=${direct}`, `REDIS_URL=${queue}`],
      HostConfig,
    });
    const health = ["curl", "-sf", "http://127.0.0.1:3000/health"];
    await succeeds(worker, ...health);
    const app = await serving("queue", [`DATABASE_URL=${pooled}`, `REDIS_URL=${queue}`]);
    const written = () => psql("select string_agg(note, ',' order by id) from visits where source = 'worker'");
    await curl(app, "-d", "one é", "/jobs");
    await expect.poll(written, { timeout: 10_000 }).toBe("one é");

    await psql("alter table visits rename to away");
    await curl(app, "-d", "two", "/jobs");
    await expect.poll(() => exec(worker, health), { timeout: 10_000 }).toMatchObject({ code: 22 });
    await psql("alter table away rename to visits");
    await expect.poll(written, { timeout: 10_000 }).toBe("one é,two");
    await succeeds(worker, ...health);
    await worker.stop({ t: 9 });
    expect((await worker.inspect()).State.ExitCode).toBe(0);
    await app.remove({ force: true });
  });

  it("applies what a new version adds, and leaves nothing of a migration that fails half-way", async () => {
    const rows = await psql("select count(*) from visits");
    const failed = await run("migrate", [`DIRECT_URL=${direct}`], "3");
    // The first goes to standard output and the second to standard error: Docker keeps no order between the two.
    expect({ code: failed.code, lines: failed.output.trimEnd().split("\n").sort() }).toEqual({
      code: 1,
      lines: [
        "migrate: 003_rooms.sql applied",
        "migrate: 004_broken.sql failed and was rolled back; 1 before it stays applied: " +
          'column "nonsense" does not exist',
      ],
    });
    expect(await psql("select count(*) from visits")).toBe(rows);
    expect(await psql("select string_agg(name, ',' order by name) from schema_migrations")).toBe(
      "001_people.sql,002_visits.sql,003_rooms.sql",
    );
    expect((await run("migrate", [`DIRECT_URL=${direct}`], "2")).output).toBe(
      "migrate: 0 applied, 3 were there already\n",
    );
  });

  it("applies nothing of a migration that cannot be noted", async () => {
    const sql = "create table half (a int); insert into schema_migrations values ('005_noted.sql')";
    await writeFile(join(files, "005_noted.sql"), sql);
    const { code, output } = await runToEnd(`${name}_job`, tags["1"], {
      Cmd: ["migrate"],
      Env: [`DIRECT_URL=${direct}`, "MIGRATIONS_DIR=/mine"],
      HostConfig: { ...HostConfig, Binds: [`${files}:/mine:ro`] },
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^migrate: 005_noted.sql failed and was rolled back; 0 before it stay applied: duplicate key /,
    );
    expect(await psql("select to_regclass('half') is null")).toBe("t");
  });

  it("keeps the password to itself when it is not let in", async () => {
    const wrong = direct.replace(encodeURIComponent(secret), "not-this-one");
    const refused = await run("migrate", [`DIRECT_URL=${wrong}`]);
    expect(refused).toEqual({
      code: 1,
      output: `migrate: the database at ${name}_postgres:5432 does not let us in: password authentication failed for user "app"\n`,
    });
  });

  async function serving(part: string, Env: readonly string[], config: Docker.HostConfig = HostConfig) {
    const app = await start(`${name}_${part}`, tags["1"], { Env: [...Env], HostConfig: config });
    await succeeds(app, "curl", "-sf", "http://127.0.0.1:3000/health").catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await logsOf(app)}`);
    });
    return app;
  }

  /** The last argument is the path. */
  async function curl(app: Docker.Container, ...parameters: readonly string[]): Promise<string> {
    const [options, path] = [parameters.slice(0, -1), parameters.at(-1)];
    return (await exec(app, ["curl", "-s", ...options, `http://127.0.0.1:3000${path}`])).output;
  }

  const get = async (app: Docker.Container, path: string): Promise<unknown> => JSON.parse(await curl(app, path));
});
