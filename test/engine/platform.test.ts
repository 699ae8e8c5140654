import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDatabaseImages } from "../../scripts/database-images.ts";
import { makeRecordsImage } from "../../scripts/records-image.ts";
import { cleanUp, docker, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

/** A platform with its tenants on the real engine: PostgreSQL and PgBouncer as people run them, only smaller. */
const image = (version: string): string => `berth-test-records:${version}`;
const platform = uniqueName("plat");
const prefixes = { a: uniqueName("ten_a"), b: uniqueName("ten_b"), c: uniqueName("ten_c"), d: uniqueName("ten_d") };
type Tenant = keyof typeof prefixes;
const administrator = `berth:settings: { ADMIN_EMAIL: first@example.org, BCRYPT_COST: "10" }`;

describe.skipIf(!engineAnswers)("a platform and its tenants", () => {
  let project: TemporaryProject;
  const ports = { server: 0, pool: 0, a: 0, b: 0, c: 0, d: 0 };
  const passwords = new Map<Tenant, string>();

  beforeAll(async () => {
    const images = await makeDatabaseImages();
    await makeRecordsImage({ tag: image("1"), version: "1" });
    await makeRecordsImage({
      tag: image("2"),
      version: "2",
      migrations: { "900_half.sql": "create table half (id int); select 1 / 0;" },
    });
    await makeRecordsImage({
      tag: image("3"),
      version: "3",
      migrations: { "900_half.sql": "create table half (id int);" },
    });
    for (const key of Object.keys(ports) as (keyof typeof ports)[]) ports[key] = await freePort();
    project = await temporaryProject({
      stacks: {
        platform: `config:
  berth:blueprint: platform
  berth:prefix: ${platform}
  berth:images: { postgres: "${images.postgres}", pgbouncer: "${images.pgbouncer}" }
  berth:ports:
    postgres: { port: ${ports.server}, address: 127.0.0.1 }
    pgbouncer: { port: ${ports.pool}, address: 127.0.0.1 }
  berth:settings: { MAX_CONNECTIONS: 34, SHARED_BUFFERS: 32MB, POSTGRES_MEMORY: 512M, SHARED_SUBNET: 10.190.${process.pid % 250}.0/24 }
`,
        a: tenant("a"),
        b: tenant("b"),
        c: tenant("c"),
      },
    });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  const tenant = (key: Tenant): string => `config:
  berth:blueprint: dna
  berth:prefix: ${prefixes[key]}
  berth:images: { app: "${image("1")}" }
  berth:ports: { app: ${ports[key]} }
  ${administrator}
`;
  const pulumi = (...args: string[]): Promise<Ran> => project.pulumi(args);
  const up = (stack: string): Promise<Ran> => pulumi("up", "--yes", "--skip-preview", "--stack", stack);
  const preview = (stack: string): Promise<Ran> => pulumi("preview", "--stack", stack);

  async function succeeds(running: Promise<Ran>): Promise<Ran> {
    const ran = await running;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    return ran;
  }

  async function isClean(stack: string): Promise<void> {
    await succeeds(pulumi("preview", "--expect-no-changes", "--stack", stack));
    await succeeds(pulumi("refresh", "--preview-only", "--expect-no-changes", "--stack", stack));
  }

  const page = async (key: Tenant, path = "/info"): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${ports[key]}${path}`)).json();
  const visit = (key: Tenant): Promise<Response> => fetch(`http://127.0.0.1:${ports[key]}/visits`, { method: "POST" });

  /** A line as the role of a tenant, or the server's own words for why not. */
  async function ask(
    who: Tenant | "postgres",
    database: string,
    way: "server" | "pool",
    query = "select current_user as answer",
  ): Promise<string> {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: ports[way],
      user: who === "postgres" ? "postgres" : `${prefixes[who]}_user`,
      password: who === "postgres" ? await adminPassword() : (passwords.get(who) ?? "unknown"),
      database,
      connectionTimeoutMillis: 40_000,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ answer: string | number | null }>(query);
      return `${rows[0]?.answer ?? ""}`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async function adminPassword(): Promise<string> {
    const ran = await succeeds(
      pulumi("stack", "output", "platform", "--show-secrets", "--json", "--stack", "platform"),
    );
    return (JSON.parse(ran.stdout) as { adminPassword: string }).adminPassword;
  }

  async function passwordOf(key: Tenant): Promise<string> {
    const { Config } = await docker.getContainer(`${prefixes[key]}_app`).inspect();
    const url = Config.Env.find((entry) => entry.startsWith("DATABASE_URL="))?.slice("DATABASE_URL=".length) ?? "";
    return decodeURIComponent(new URL(url).password);
  }

  const lastWords = async (key: Tenant): Promise<string> =>
    (await docker.getContainer(`${prefixes[key]}_app`).logs({ stdout: true, stderr: true, tail: 5 }))
      .toString()
      .replace(/[^\x20-\x7e]/g, " ");

  /** The pool with new sessions, once it takes clients again. */
  async function renewPool(database: string, user: string): Promise<void> {
    await docker.getContainer(`${platform}_pgbouncer`).restart();
    for (let tries = 0; tries < 100 && (await ask("a", database, "pool")) !== user; tries += 1);
  }

  it("says before anything is made that the platform has never come up", async () => {
    const { code, stdout } = await preview("a");
    expect(code).not.toBe(0);
    expect(stdout).toContain("platform-unreachable");
    expect(stdout).toContain("the platform platform has never come up");
    expect(stdout).toContain("remedy     pulumi up -s platform");
  });

  it("comes up, and has nothing to change afterwards", async () => {
    await succeeds(up("platform"));
    await isClean("platform");
    const { Config, HostConfig } = await docker.getContainer(`${platform}_postgres`).inspect();
    const secret = await adminPassword();
    expect(JSON.stringify([Config, HostConfig.Binds])).not.toContain(secret);
  });

  it("gives each tenant a database of its own in its one up, at once usable although somebody tried too early", async () => {
    passwords.set("a", "too early");
    expect(await ask("a", `${prefixes.a}_db`, "pool")).not.toBe(`${prefixes.a}_user`);
    await succeeds(up("a"));
    passwords.set("a", await passwordOf("a"));
    expect(await ask("a", `${prefixes.a}_db`, "pool")).toBe(`${prefixes.a}_user`);
    await succeeds(up("b"));
    passwords.set("b", await passwordOf("b"));
    for (const key of ["a", "b"] as const) {
      await visit(key);
      expect(await page(key)).toMatchObject({
        rows: 1,
        database: {
          address: `${platform.replaceAll("_", "-")}-pgbouncer:6432`,
          name: `${prefixes[key]}_db`,
          pooled: true,
        },
      });
      await isClean(key);
    }
    expect([...passwords.values()].every((password) => password.length >= 24)).toBe(true);
  });

  it("made the first administrator once", async () => {
    const people =
      "select string_agg(concat_ws(' ', email, role, status, left(password_hash, 7)), ',') as answer from people";
    expect(await ask("a", `${prefixes.a}_db`, "pool", people)).toMatch(
      /^first@example\.org director approved \$2[aby]\$10\$$/,
    );
    const { Id } = await docker.getContainer(`${prefixes.a}_admin`).inspect();
    const again = docker.getContainer(Id);
    await again.start();
    expect(await again.wait()).toMatchObject({ StatusCode: 0 });
    expect(await ask("a", `${prefixes.a}_db`, "pool", people)).toMatch(/^first@example\.org [^,]*$/);
  });

  it("lets nobody into what is another one's, in the server's own words", async () => {
    const denied = (database: string): string => `permission denied for database "${database}"`;
    const matrix: Record<string, string> = {};
    for (const [who, other] of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      for (const way of ["server", "pool"] as const) {
        for (const database of [`${prefixes[who]}_db`, `${prefixes[other]}_db`]) {
          matrix[`${who} to ${database.slice(0, 5)} ${way}`] = await ask(who, database, way);
        }
      }
    }
    console.log(matrix);
    expect(matrix).toEqual({
      "a to ten_a server": `${prefixes.a}_user`,
      "a to ten_b server": denied(`${prefixes.b}_db`),
      "a to ten_a pool": `${prefixes.a}_user`,
      "a to ten_b pool": denied(`${prefixes.b}_db`),
      "b to ten_b server": `${prefixes.b}_user`,
      "b to ten_a server": denied(`${prefixes.a}_db`),
      "b to ten_b pool": `${prefixes.b}_user`,
      "b to ten_a pool": denied(`${prefixes.a}_db`),
    });
    for (const database of ["postgres", "template1", "tenant_template"])
      expect(await ask("a", database, "server")).toBe(denied(database));
    const own = `${prefixes.a}_db`;
    expect(await ask("a", own, "server", "select rolpassword as answer from pg_authid")).toBe(
      "permission denied for table pg_authid",
    );
    expect(await ask("a", own, "server", "select pgbouncer.get_auth('postgres') as answer")).toBe(
      "permission denied for schema pgbouncer",
    );
    expect(await ask("postgres", own, "pool")).toMatch(/no such user|password authentication failed/);
  });

  it("runs nothing of a tenant's own when the pool looks up a password", async () => {
    const own = `${prefixes.a}_db`;
    const user = `${prefixes.a}_user`;
    const steps = [
      "create schema evil",
      "create table evil.log (who text)",
      "grant all on schema evil to public",
      "grant all on evil.log to public",
      ...["text", "name"].map(
        (type) =>
          `create function evil.same(${type}, text) returns boolean language plpgsql as $$ begin insert into evil.log values (current_user); return true; end $$`,
      ),
      "create operator evil.= (leftarg = text, rightarg = text, function = evil.same)",
      "create operator evil.= (leftarg = name, rightarg = text, function = evil.same)",
      `alter database ${own} set search_path = evil, pg_catalog`,
      `alter role ${user} set search_path = evil, pg_catalog`,
    ];
    for (const step of steps) expect(await ask("a", own, "server", step), step).toBe("");
    await renewPool(own, user);
    expect(await ask("a", own, "pool")).toBe(user);
    expect(await ask("a", own, "server", "select count(*) as answer from evil.log")).toBe("0");
    // The attack itself works: a lookup without a path of its own would have run it.
    const naive = `select count(*) as answer from pg_catalog.pg_roles where rolname::text = 'x'::text`;
    expect(Number(await ask("a", own, "server", naive))).toBeGreaterThan(0);
    expect(Number(await ask("a", own, "server", "select count(*) as answer from evil.log"))).toBeGreaterThan(0);
    for (const step of [
      `alter database ${own} reset search_path`,
      `alter role ${user} reset search_path`,
      "drop schema evil cascade",
    ])
      await ask("a", own, "server", step);
    await renewPool(own, user); // its sessions have the path that they began with
  });

  it("finds a database that was opened to everybody, which no refresh sees, and its remedy closes it", async () => {
    const own = `${prefixes.b}_db`;
    await ask("postgres", "postgres", "server", `update pg_database set datacl = null where datname = '${own}'`);
    expect(await ask("a", own, "server")).toBe(`${prefixes.a}_user`);
    const found = await preview("b");
    expect(found.code).not.toBe(0);
    expect(found.stdout).toContain("admits everybody who can log in");
    const remedy = /^ +remedy +(docker exec .*)$/m.exec(found.stdout)?.[1] ?? "";
    await succeeds(project.shell(remedy));
    expect(await ask("a", own, "server")).toBe(`permission denied for database "${own}"`);
    await isClean("b");
  });

  it("keeps the old version and its data when a migration fails, with its log, and goes on with the next one", async () => {
    await succeeds(pulumi("config", "set", "--path", "berth:images.app", image("2"), "--stack", "a"));
    const failed = await up("a");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(`the job ${prefixes.a}_migrate ended with exit code`);
    expect(failed.stdout).toContain("division by zero");
    expect(failed.stdout + failed.stderr).not.toContain(passwords.get("a"));
    expect(await page("a")).toMatchObject({ version: "1", rows: 1 });
    await succeeds(pulumi("config", "set", "--path", "berth:images.app", image("3"), "--stack", "a"));
    await succeeds(up("a"));
    expect(await page("a")).toMatchObject({ version: "3", rows: 1 });
    await isClean("a");
  });

  it("takes over no database and no role that belongs to nobody known", async () => {
    await ask("postgres", "postgres", "server", `create database ${prefixes.c}_db`);
    await ask("postgres", "postgres", "server", `create role ${prefixes.c}_user`);
    const { code, stdout } = await preview("c");
    expect(code).not.toBe(0);
    expect(stdout).toContain(`database-in-use  ${prefixes.c}_db`);
    expect(stdout).toContain(`role-in-use  ${prefixes.c}_user`);
    await ask("postgres", "postgres", "server", `drop database ${prefixes.c}_db`);
    await ask("postgres", "postgres", "server", `drop role ${prefixes.c}_user`);
    await succeeds(preview("c"));
  });

  it("refuses one more than its PostgreSQL has sessions for, with everybody's figures", async () => {
    writeFileSync(join(project.root, "Pulumi.d.yaml"), tenant("d"));
    await succeeds(pulumi("stack", "init", "d"));
    const { code, stdout } = await preview("d");
    rmSync(join(project.root, "Pulumi.d.yaml"));
    expect(code).not.toBe(0);
    expect(stdout).toContain(`connections-over-budget  36 of 31 at ${platform}_postgres`);
    expect(stdout).toMatch(/may be open at once: a 8 \(.*\), b 8 \(.*\), c 8 \(.*\), d 8 \(.*\), platform 4/);
  });

  it("a creation that failed half-way stands in nobody's way", async () => {
    const missing = "berth:settings.ADMIN_EMAIL";
    await succeeds(pulumi("config", "set", "--path", missing, "nobody", "--stack", "c"));
    const failed = await up("c");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain("ADMIN_EMAIL");
    await succeeds(pulumi("config", "set", "--path", missing, "c@example.org", "--stack", "c"));
    await succeeds(up("c"));
    expect(await page("c")).toMatchObject({ rows: 0, database: { name: `${prefixes.c}_db` } });
    await isClean("c");
  });

  it("a PostgreSQL that is replaced under load costs pooled clients no error", async () => {
    let running = true;
    const failures: string[] = [];
    let answered = 0;
    const load = Promise.all(
      (["a", "b", "c"] as const).map(async (key) => {
        while (running) {
          const response = await visit(key).catch((error: Error) => error);
          if (response instanceof Error || !response.ok)
            failures.push(
              `${key}: ${response instanceof Error ? response.message : await response.text()} ${await lastWords(key)}`,
            );
          else answered += 1;
        }
      }),
    );
    const before = await docker.getContainer(`${platform}_postgres`).inspect();
    await succeeds(pulumi("config", "set", "--path", "berth:settings.WORK_MEM", "4MB", "--stack", "platform"));
    await succeeds(up("platform"));
    const settled = answered;
    while (answered < settled + 30 && failures.length === 0) await visit("b");
    running = false;
    await load;
    const after = await docker.getContainer(`${platform}_postgres`).inspect();
    expect(after.Id).not.toBe(before.Id);
    expect(failures).toEqual([]);
    for (const stack of ["platform", "a", "b", "c"]) await isClean(stack);
  });

  it("says in a sentence that PostgreSQL is down", async () => {
    const server = docker.getContainer(`${platform}_postgres`);
    await server.stop();
    const { code, stdout } = await project.shell("node --import tsx src/cli/main.ts preview a");
    expect(code).toBe(1);
    expect(stdout).toContain(`PostgreSQL does not answer at 127.0.0.1:${ports.server}`);
    expect(stdout).not.toContain("sdk.helper_schema");
    await server.start();
  });

  it("is shown from files alone where the backend knows of no platform, as on a pull request", async () => {
    const alone = await temporaryProject({
      stacks: { t: `config:\n  berth:blueprint: dna\n  berth:inventory: files\n  ${administrator}\n` },
    });
    try {
      writeFileSync(join(alone.root, "Pulumi.platform.yaml"), "config:\n  berth:blueprint: platform\n");
      const { code, stdout } = await alone.pulumi(["preview", "--stack", "t"]);
      expect(code, stdout).toBe(0);
      expect(stdout).toContain("19 to create");
    } finally {
      await alone.destroy();
    }
  });
});
