import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseImages, makeDatabaseImages } from "../../scripts/images/database-images.ts";
import { exec, logsOf, runToEnd, start, succeeds } from "./containers.ts";
import { cleanUp, docker, dockerAnswers, uniqueName } from "./docker.ts";

const name = uniqueName("berth_dbimages");
const secret = "not-to-be-seen-1";
/** As little as the official entrypoint needs to own the folder and step down. */
const hardened = {
  CapDrop: ["ALL"],
  CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID", "SETGID"],
  SecurityOpt: ["no-new-privileges"],
  NetworkMode: name,
};

/** Everything that was run with, as `ps` shows it. */
const commandLines = ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"];

describe.skipIf(!dockerAnswers)("the database images", () => {
  let images: DatabaseImages;
  let files: string;
  let postgres: Docker.Container;

  const psql = (...sql: readonly string[]) =>
    exec(postgres, ["psql", "-AtX", "-d", "app", ...sql.flatMap((each) => ["-c", each])], { User: "postgres" });
  const answers = () => succeeds(postgres, "pg_isready", "-h", "127.0.0.1");

  beforeAll(async () => {
    images = await makeDatabaseImages();
    files = await mkdtemp(join(tmpdir(), "berth-dbimages-"));
    await chmod(files, 0o755);
    await writeFile(join(files, "password"), secret, { mode: 0o400 });
    const look = "select 'listens on [' || current_setting('listen_addresses') || ']'";
    await writeFile(join(files, "01.sql"), `create table made (a int); ${look};`);
    await writeFile(
      join(files, "02.sh"),
      `psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "insert into made values (1)"`,
    );
    await docker.createNetwork({ Name: name });
    postgres = await start(`${name}_postgres`, images.postgres, {
      Cmd: ["-c", "max_connections=33"],
      Env: [
        "POSTGRES_PASSWORD_FILE=/run/secrets/password",
        "POSTGRES_DB=app",
        "POSTGRES_INITDB_ARGS=-E UTF8 --locale='C.UTF-8'",
      ],
      HostConfig: {
        ...hardened,
        Binds: [
          `${name}_data:/var/lib/postgresql/data`,
          `${files}/password:/run/secrets/password:ro`,
          `${files}/01.sql:/docker-entrypoint-initdb.d/01.sql:ro`,
          `${files}/02.sh:/docker-entrypoint-initdb.d/02.sh:ro`,
        ],
      },
    });
    await answers();
  });

  afterAll(async () => {
    await cleanUp();
    await rm(files, { recursive: true, force: true });
  });

  it("are kept while their sources stay", async () => {
    const lines: string[] = [];
    expect(await makeDatabaseImages({ progress: (line) => lines.push(line) })).toEqual(images);
    expect(lines).toEqual([]);
  });

  it("set up an empty data directory once, unreachable meanwhile, and keep it", async () => {
    const log = await logsOf(postgres);
    expect(log).toContain("listens on []");
    expect(log).toContain("PostgreSQL init process complete; ready for start up.");
    expect(await psql("insert into made values (2)")).toMatchObject({ code: 0 });
    await postgres.stop({ t: 30 });
    expect((await postgres.inspect()).State.ExitCode).toBe(0); // SIGINT: it did not wait for clients
    await postgres.start();
    await answers();
    expect((await psql("select a from made order by a")).output).toBe("1\n2\n");
    expect(await logsOf(postgres)).toContain("appears to contain a database; Skipping initialization");
  });

  it("run PostgreSQL as 999:999 with the options of the command", async () => {
    expect((await psql("show max_connections", "show server_encoding", "show lc_collate")).output).toBe(
      "33\nUTF8\nC.UTF-8\n",
    );
    const status = await exec(postgres, ["grep", "-E", "^[UG]id", "/proc/1/status"]);
    expect(status.output).toMatch(/^Uid:\t999\t.*\nGid:\t999\t/);
    const programs = "pg_isready psql pg_dump pg_restore pgbench createdb";
    expect(await exec(postgres, ["sh", "-ec", `for p in ${programs}; do command -v $p; done`])).toMatchObject({
      code: 0,
    });
  });

  it("ask whoever comes by the network for the password, and those inside for none", async () => {
    const remote = (password: string) =>
      runToEnd(`${name}_client`, images.postgres, {
        Cmd: ["psql", "-h", `${name}_postgres`, "-U", "postgres", "-d", "app", "-Atc", "select 7"],
        Env: [`PGPASSWORD=${password}`],
        HostConfig: { NetworkMode: name },
      });
    expect(await remote(secret)).toEqual({ code: 0, output: "7\n" });
    const refused = await remote("wrong");
    expect(refused.code).toBe(2);
    expect(refused.output).toContain("password authentication failed");
    expect(
      (await psql("select rolpassword like 'SCRAM-SHA-256%' from pg_authid where rolname = 'postgres'")).output,
    ).toBe("t\n");
  });

  it("show the password in no argument, log or inspection", async () => {
    const shown = await Promise.all([
      logsOf(postgres),
      postgres.inspect().then(JSON.stringify),
      exec(postgres, commandLines).then(({ output }) => output),
    ]);
    expect(shown[2]).toContain("postgres -c max_connections=33");
    expect(shown.join()).not.toContain(secret);
  });

  it.each([
    ["no password", [], "superuser password is not specified. Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE."],
    ["two", ["POSTGRES_PASSWORD=a", "POSTGRES_PASSWORD_FILE=/b"], "are set (but are exclusive)"],
  ])("do not set up a database with %s", async (_, Env, message) => {
    const { code, output } = await runToEnd(`${name}_refused`, images.postgres, { Env: [...Env] });
    expect(code).toBe(1);
    expect(output).toContain(message);
  });

  it("run PgBouncer as 70:70 on its file, in the foreground, logging to stderr", async () => {
    const ini = [
      "[databases]",
      `* = host=${name}_postgres port=5432 auth_user=postgres`,
      "[pgbouncer]",
      "listen_addr = *",
      "listen_port = 6432",
      "auth_type = scram-sha-256",
      "auth_file = /etc/pgbouncer/userlist.txt",
      "pool_mode = transaction",
    ].join("\n");
    await writeFile(join(files, "pgbouncer.ini"), ini);
    await writeFile(join(files, "userlist.txt"), `"postgres" "${secret}"\n`);
    const folder = "/etc/pgbouncer";
    const pool = await start(`${name}_pool`, images.pgbouncer, {
      HostConfig: {
        ...hardened,
        CapAdd: [],
        Binds: ["pgbouncer.ini", "userlist.txt"].map((file) => `${files}/${file}:${folder}/${file}:ro`),
      },
    });
    await succeeds(pool, "pg_isready", "-h", "127.0.0.1", "-p", "6432", "-d", "pgbouncer");
    const url = `host=${name}_pool port=6432 user=postgres dbname=app`;
    const through = await exec(postgres, ["psql", url, "-Atc", "select 8"], { Env: [`PGPASSWORD=${secret}`] });
    expect(through).toEqual({ code: 0, output: "8\n" });
    expect((await exec(pool, ["id"])).output).toContain("uid=70(postgres) gid=70(postgres)");
    expect(await logsOf(pool)).toContain("LOG process up: PgBouncer 1.18");
    expect((await exec(pool, commandLines)).output).toContain("pgbouncer /etc/pgbouncer/pgbouncer.ini");
  });

  it("run Redis as 999, for other containers, with options alone", async () => {
    const redis = await start(`${name}_redis`, images.redis, { Cmd: ["--maxmemory", "64mb"], HostConfig: hardened });
    await succeeds(redis, "redis-cli", "ping");
    const remote = await runToEnd(`${name}_client`, images.redis, {
      Cmd: ["redis-cli", "-h", `${name}_redis`, "config", "get", "maxmemory"],
      HostConfig: { NetworkMode: name },
    });
    expect(remote).toEqual({ code: 0, output: "maxmemory\n67108864\n" });
    expect((await exec(redis, ["grep", "Uid", "/proc/1/status"])).output).toMatch(/^Uid:\t999\t/);
  });
});
