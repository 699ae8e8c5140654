import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRecordsImage } from "../../scripts/images/records-image.ts";
import { cleanUp, docker } from "../host/docker.ts";
import { engineAnswers, temporaryProject } from "./engine.ts";
import { administrator, image, succeeds, Tenancy } from "./tenancy.ts";

describe.skipIf(!engineAnswers)("a platform and its tenants", () => {
  let site: Tenancy;

  beforeAll(async () => {
    site = await Tenancy.make({ tenants: ["a", "b", "c"] });
    const half = { "900_half.sql": "create table half (id int); select 1 / 0;" };
    await makeRecordsImage({ tag: image("2"), version: "2", migrations: half });
    const mended = { "900_half.sql": "create table half (id int);" };
    await makeRecordsImage({ tag: image("3"), version: "3", migrations: mended });
  });
  afterAll(async () => {
    await site?.project.destroy();
    await cleanUp();
  });

  it("says before anything is made that the platform has never come up", async () => {
    const { code, stdout } = await site.preview("a");
    expect(code).not.toBe(0);
    expect(stdout).toContain("platform-unreachable");
    expect(stdout).toContain("the platform platform has never come up");
    expect(stdout).toContain("remedy     pulumi up -s platform");
  });

  it("comes up, and has nothing to change afterwards", async () => {
    await succeeds(site.up("platform"));
    await site.isClean("platform");
    const { Config, HostConfig } = await docker.getContainer(`${site.platform}_postgres`).inspect();
    const secret = await site.adminPassword();
    expect(JSON.stringify([Config, HostConfig.Binds])).not.toContain(secret);
  });

  it("gives each tenant a database of its own in its one up, at once usable although somebody tried too early", async () => {
    site.passwords.set("a", "too early");
    expect(await site.ask("a", site.database("a"), "pool")).not.toBe(site.user("a"));
    await succeeds(site.up("a"));
    site.passwords.set("a", await site.passwordOf("a"));
    expect(await site.ask("a", site.database("a"), "pool")).toBe(site.user("a"));
    await succeeds(site.up("b"));
    site.passwords.set("b", await site.passwordOf("b"));
    for (const key of ["a", "b"] as const) {
      await site.visit(key);
      expect(await site.page(key)).toMatchObject({
        rows: 1,
        database: {
          address: "database-relay:6432",
          name: `${site.prefixes[key]}_db`,
          pooled: true,
        },
      });
      await site.isClean(key);
    }
    expect([...site.passwords.values()].every((password) => password.length >= 24)).toBe(true);
  });

  it("made the first administrator once", async () => {
    const people =
      "select string_agg(concat_ws(' ', email, role, status, left(password_hash, 7)), ',') as answer from people";
    expect(await site.ask("a", site.database("a"), "pool", people)).toMatch(
      /^first@example\.org director approved \$2[aby]\$10\$$/,
    );
    const { Id } = await docker.getContainer(`${site.prefixes.a}_admin`).inspect();
    const again = docker.getContainer(Id);
    await again.start();
    expect(await again.wait()).toMatchObject({ StatusCode: 0 });
    expect(await site.ask("a", site.database("a"), "pool", people)).toMatch(/^first@example\.org [^,]*$/);
  });

  it("lets a tenant into nothing of the server's own, in the server's own words", async () => {
    for (const database of ["postgres", "template1", "tenant_template"])
      expect(await site.ask("a", database, "server")).toBe(`permission denied for database "${database}"`);
    const own = site.database("a");
    expect(await site.ask("a", own, "server", "select rolpassword as answer from pg_authid")).toBe(
      "permission denied for table pg_authid",
    );
    expect(await site.ask("a", own, "server", "select pgbouncer.get_auth('postgres') as answer")).toBe(
      "permission denied for schema pgbouncer",
    );
    expect(await site.ask("postgres", own, "pool")).toMatch(/no such user|password authentication failed/);
  });

  it("runs nothing of a tenant's own when the pool looks up a password", async () => {
    const own = site.database("a");
    const user = site.user("a");
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
    for (const step of steps) expect(await site.ask("a", own, "server", step), step).toBe("");
    await site.renewPool("a");
    expect(await site.ask("a", own, "pool")).toBe(user);
    expect(await site.ask("a", own, "server", "select count(*) as answer from evil.log")).toBe("0");
    // The attack itself works: a lookup without a path of its own would have run it.
    const naive = `select count(*) as answer from pg_catalog.pg_roles where rolname::text = 'x'::text`;
    expect(Number(await site.ask("a", own, "server", naive))).toBeGreaterThan(0);
    expect(Number(await site.ask("a", own, "server", "select count(*) as answer from evil.log"))).toBeGreaterThan(0);
    for (const step of [
      `alter database ${own} reset search_path`,
      `alter role ${user} reset search_path`,
      "drop schema evil cascade",
    ])
      await site.ask("a", own, "server", step);
    await site.renewPool("a"); // its sessions have the path that they began with
  });

  it("finds a database that was opened to everybody, which no refresh sees, and its remedy closes it", async () => {
    const own = site.database("b");
    await site.ask("postgres", "postgres", "server", `update pg_database set datacl = null where datname = '${own}'`);
    expect(await site.ask("a", own, "server")).toBe(site.user("a"));
    const found = await site.preview("b");
    expect(found.code).not.toBe(0);
    expect(found.stdout).toContain("admits every role that can log in");
    const remedy = /^ +remedy +(docker exec .*)$/m.exec(found.stdout)?.[1] ?? "";
    await succeeds(site.project.shell(remedy));
    expect(await site.ask("a", own, "server")).toBe(`permission denied for database "${own}"`);
    await site.isClean("b");
  });

  it("sees a password that was changed by hand, and puts it right", async () => {
    const change = `alter role ${site.user("b")} password 'another'`;
    await site.ask("postgres", "postgres", "server", change);
    expect(await site.ask("b", site.database("b"), "server")).toContain("password authentication failed");
    const found = await site.project.shell("node dist/cli.cjs drift b");
    expect(found.code, found.stdout).not.toBe(0);
    expect(found.stdout).toContain("another password than the one that its stack holds");
    await succeeds(site.up("b"));
    expect(await site.ask("b", site.database("b"), "server")).toBe(site.user("b"));
    await site.isClean("b");
  });

  it("keeps the old version and its data when a migration fails, with its log, and goes on with the next one", async () => {
    await succeeds(site.pulumi("config", "set", "--path", "berth:images.app", image("2"), "--stack", "a"));
    const failed = await site.up("a");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(`the job ${site.prefixes.a}_migrate ended with exit code`);
    expect(failed.stdout).toContain("division by zero");
    expect(failed.stdout + failed.stderr).not.toContain(site.passwords.get("a"));
    expect(await site.page("a")).toMatchObject({ version: "1", rows: 1 });
    await succeeds(site.pulumi("config", "set", "--path", "berth:images.app", image("3"), "--stack", "a"));
    await succeeds(site.up("a"));
    expect(await site.page("a")).toMatchObject({ version: "3", rows: 1 });
    await site.isClean("a");
  });

  it("takes over no database and no role that belongs to nobody known", async () => {
    await site.ask("postgres", "postgres", "server", `create database ${site.database("c")}`);
    await site.ask("postgres", "postgres", "server", `create role ${site.user("c")}`);
    const { code, stdout } = await site.preview("c");
    expect(code).not.toBe(0);
    expect(stdout).toContain(`database-in-use  ${site.database("c")}`);
    expect(stdout).toContain(`role-in-use  ${site.user("c")}`);
    await site.ask("postgres", "postgres", "server", `drop database ${site.database("c")}`);
    await site.ask("postgres", "postgres", "server", `drop role ${site.user("c")}`);
    await succeeds(site.preview("c"));
  });

  it("a creation that failed half-way stands in nobody's way", async () => {
    const missing = "berth:settings.ADMIN_EMAIL";
    await succeeds(site.pulumi("config", "set", "--path", missing, "nobody", "--stack", "c"));
    const failed = await site.up("c");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain("ADMIN_EMAIL");
    await succeeds(site.pulumi("config", "set", "--path", missing, "c@example.org", "--stack", "c"));
    await succeeds(site.up("c"));
    expect(await site.page("c")).toMatchObject({ rows: 0, database: { name: site.database("c") } });
    await site.isClean("c");
  });

  it("says in a sentence that PostgreSQL is down", async () => {
    const server = docker.getContainer(`${site.platform}_postgres`);
    await server.stop();
    const { code, stdout } = await site.project.shell("node dist/cli.cjs preview a");
    expect(code).toBe(3);
    expect(stdout).toContain(`PostgreSQL does not answer at 127.0.0.1:${site.ports.server}`);
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
