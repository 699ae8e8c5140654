import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, platformFrom } from "../resolve/sample.ts";
import { rolePassword } from "../../../src/resources/role-password.ts";
import { runStatements } from "../../../src/resources/statements.ts";
import { declare, type Declared, isSecret, valueOf, type Wishes } from "./declare.ts";

const kindOf = ({ type }: Declared): string => type.split(":").at(-1) ?? "";
const nameOf = (resource: unknown): string => (resource as { __name: string }).__name;
const postgres = (declared: readonly Declared[]): Declared[] =>
  declared.filter(({ type }) => type.startsWith("postgresql:") || type === "pulumi:providers:postgresql");
const one = (declared: readonly Declared[], name: string): Declared => {
  const found = declared.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${declared.map((each) => each.name).join(", ")}`);
  return found;
};
const inputsOf = (declared: readonly Declared[], name: string) => valueOf(one(declared, name).inputs);

/** The names of what a resource waits for. */
const waitsFor = async ({ options: { dependsOn } }: Declared): Promise<string[]> => {
  const gate = dependsOn as pulumi.Output<pulumi.Resource[]> | pulumi.Resource | pulumi.Resource[] | undefined;
  if (gate === undefined) return [];
  if (Array.isArray(gate)) return gate.map(nameOf);
  if ("__name" in gate) return [nameOf(gate)];
  return new Promise((done) => (gate as pulumi.Output<pulumi.Resource[]>).apply((all) => done(all.map(nameOf))));
};

describe("D1, D4: a platform", () => {
  const platform = (keys = "", wishes?: Wishes) =>
    declare(deploymentFrom(stackWith(`berth:blueprint: platform${keys}`), { stack: "platform" }), wishes);

  it("has a role and a function that look up passwords, in a template, and opens nothing to everybody", async () => {
    const { declared } = await platform();
    expect(postgres(declared).map((each) => `${kindOf(each)} ${each.name}`)).toEqual([
      "postgresql platform-databases-server",
      "Role platform-databases-lookups",
      "Role platform-databases-lookup",
      "Role platform-databases-administration",
      "Database platform-databases-template",
      "Schema platform-databases-schema",
      "Function platform-databases-get-auth",
      "Grant platform-databases-postgres-public",
      "Grant platform-databases-postgres-administration",
      "Grant platform-databases-template1-public",
      "Grant platform-databases-template-public",
      "Grant platform-databases-schema-lookup",
      "Grant platform-databases-get-auth-public",
      "Grant platform-databases-get-auth-lookup",
    ]);
    for (const database of ["postgres", "template1", "template"])
      expect(await inputsOf(declared, `platform-databases-${database}-public`)).toMatchObject({
        role: "public",
        objectType: "database",
        privileges: [],
      });
    expect(await inputsOf(declared, "platform-databases-get-auth-public")).toMatchObject({
      role: "public",
      objectType: "function",
      objects: ["get_auth"],
      privileges: [],
    });
    expect(await inputsOf(declared, "platform-databases-get-auth-lookup")).toMatchObject({
      role: "pgb_auth",
      privileges: ["EXECUTE"],
    });
    expect(await inputsOf(declared, "platform-databases-template")).toMatchObject({
      name: "tenant_template",
      template: "template0",
      isTemplate: true,
    });
  });

  it("looks up passwords with no operator, table or type that a tenant could put before its own", async () => {
    const { declared } = await platform();
    expect(await inputsOf(declared, "platform-databases-lookup")).toMatchObject({
      name: "pgb_auth",
      login: true,
      roles: ["berth_lookup"],
      searchPaths: ["pg_catalog", "pg_temp"],
    });
    const { body, securityDefiner } = one(declared, "platform-databases-get-auth").inputs;
    expect(securityDefiner).toBe(true);
    expect(body).toContain("NOT rolsuper AND NOT rolreplication");
    const bare = String(body).replaceAll(/OPERATOR\(pg_catalog\.[=>]\)|pg_catalog\.(text|pg_authid|now\(\))/g, "");
    expect(bare).not.toMatch(/[=<>]|\btext\b|pg_authid|now/);
  });

  it("makes grants one after the other, the first after the function, all after the containers are up", async () => {
    const { declared } = await platform();
    const grants = declared.filter((each) => kindOf(each) === "Grant");
    const before = await Promise.all(grants.map(waitsFor));
    expect(before).toEqual([["platform-databases-get-auth"], ...grants.slice(0, -1).map(({ name }) => [name])]);
    expect(await waitsFor(one(declared, "platform-databases"))).toEqual(["platform-postgres", "platform-pgbouncer"]);
  });

  it("has them within one component, and its provider connects as postgres from here, with few sessions", async () => {
    const { declared } = await platform();
    for (const { options } of postgres(declared)) expect(nameOf(options.parent)).toBe("platform-databases");
    expect(await inputsOf(declared, "platform-databases-server")).toMatchObject({
      host: "127.0.0.1",
      port: "15432",
      username: "postgres",
      password: "generated for platform-POSTGRES_PASSWORD",
      maxConnections: "4",
    });
    for (const each of postgres(declared).slice(1))
      expect(nameOf(each.options.provider)).toBe("platform-databases-server");
  });

  it("keeps passwords encrypted: in the provider, the role, the files and the outputs", async () => {
    const { declared, component } = await platform();
    expect(await isSecret(one(declared, "platform-databases-server").inputs["password"])).toBe(true);
    expect(await isSecret(one(declared, "platform-databases-lookup").inputs["password"])).toBe(true);
    expect(await isSecret(one(declared, "platform-pgbouncer").inputs["uploads"])).toBe(true);
    expect(await isSecret(component.outputs.platform)).toBe(true);
    expect(await valueOf(component.outputs.platform)).toEqual({
      server: { host: "127.0.0.1", port: 15432 },
      direct: { host: "platform-postgres", port: 5432 },
      pooled: { host: "platform-pgbouncer", port: 6432 },
      network: "platform_shared",
      connections: 117,
      admin: { user: "berth_admin", password: "generated for platform-DATABASE_ADMIN_PASSWORD" },
    });
  });

  it("has a role for its tenants' stacks that is not a superuser, with a search path of its own", async () => {
    const { declared } = await platform();
    const inputs = await inputsOf(declared, "platform-databases-administration");
    const password = await valueOf(rolePassword("berth_admin", "generated for platform-DATABASE_ADMIN_PASSWORD"));
    expect(inputs).toEqual({
      name: "berth_admin",
      login: true,
      createRole: true,
      createDatabase: true,
      password,
      connectionLimit: 20,
      searchPaths: ["pg_catalog", "pg_temp"],
    });
    expect(await isSecret(one(declared, "platform-databases-administration").inputs["password"])).toBe(true);
    // PostgreSQL 16 and newer list as its roles whom it administers: an update would take them from it.
    expect(one(declared, "platform-databases-administration").options.ignoreChanges).toEqual(["roles"]);
  });

  it("gives those that administer a search path and time limits of their own, in every up", async () => {
    const ran: unknown[] = [];
    await platform("", { statements: async (...call) => void ran.push(call) });
    expect(ran).toEqual([
      [
        { host: "127.0.0.1", port: 15432 },
        { user: "postgres", password: "generated for platform-POSTGRES_PASSWORD" },
        expect.arrayContaining([
          `ALTER ROLE "postgres" SET search_path = pg_catalog, pg_temp`,
          `ALTER ROLE "postgres" SET statement_timeout = 0`,
          `ALTER ROLE "berth_admin" SET lock_timeout = 0`,
          `GRANT pg_signal_backend TO "berth_admin"`,
        ]),
      ],
    ]);
  });

  it("that is stopped asks PostgreSQL for nothing", async () => {
    const { declared } = await platform("\nberth:running: false");
    expect(postgres(declared)).toEqual([]);
  });
});

describe("D2, D4: a deployment's own database", () => {
  const keys = "berth:blueprint: dna\nberth:settings: { ADMIN_EMAIL: a@b.example }";
  const site = (more = "", wishes: Wishes = {}) =>
    declare(deploymentFrom(stackWith(`${keys}${more}`), { stack: "site-a", platform: platformFrom() }), {
      platformPassword: "of berth_admin",
      ...wishes,
    });

  it("has an owner of its own, and nobody else may connect to it but who looks up passwords", async () => {
    const { declared } = await site();
    expect(postgres(declared).map((each) => `${kindOf(each)} ${each.name}`)).toEqual([
      "postgresql site-a-database-administration",
      "Role site-a-database-owner",
      "Database site-a-database-data",
    ]);
    expect(await inputsOf(declared, "site-a-database-owner")).toEqual({
      name: "site_a_user",
      login: true,
      password: await valueOf(rolePassword("site_a_user", "generated for site-a-DATABASE_PASSWORD")),
      connectionLimit: 7,
    });
    expect(await inputsOf(declared, "site-a-database-data")).toMatchObject({
      name: "site_a_db",
      owner: "site_a_user",
      template: "tenant_template",
    });
  });

  it("is closed to all but the pool's lookups, by a role that is not a superuser and does not connect to it", async () => {
    const ran: unknown[] = [];
    const { declared } = await site("", { statements: async (...call) => void ran.push(call) });
    const verifier = await valueOf(rolePassword("site_a_user", "generated for site-a-DATABASE_PASSWORD"));
    expect(ran).toEqual([
      [
        { host: "127.0.0.1", port: 15432 },
        { user: "berth_admin", password: "of berth_admin" },
        [
          `GRANT "site_a_user" TO "berth_admin"`,
          `REVOKE ALL ON DATABASE "site_a_db" FROM PUBLIC`,
          `GRANT CONNECT ON DATABASE "site_a_db" TO "berth_lookup"`,
          `REVOKE "site_a_user" FROM "berth_admin"`,
          `ALTER ROLE "site_a_user" PASSWORD '${verifier}'`,
        ],
      ],
    ]);
    expect(await inputsOf(declared, "site-a-database-administration")).toMatchObject({
      username: "berth_admin",
      superuser: "false",
    });
  });

  it("holds data: it is protected, and never made anew for what it was made from", async () => {
    const { options } = one((await site()).declared, "site-a-database-data");
    expect(options.protect).toBe(true);
    expect(options.ignoreChanges).toEqual(["template", "encoding", "lcCollate", "lcCtype"]);
  });

  it("is complete and closed before any container that uses it", async () => {
    let open = true;
    const early: string[] = [];
    const { declared } = await site("", {
      statements: async () => {
        await new Promise((done) => setTimeout(done, 50));
        open = false;
      },
      before: async (name) => void (open && early.push(name)),
    });
    expect(await waitsFor(one(declared, "site-a-database-relay"))).toEqual(["site-a-database-data"]);
    expect(early).not.toContain("site-a-database-relay");
    for (const name of ["site-a-migrate", "site-a-admin", "site-a-app"]) {
      expect(await waitsFor(one(declared, name))).toContain("site-a-database-relay");
      expect(early).not.toContain(name);
    }
    expect(early).toContain("site-a-database-data");
    expect(await waitsFor(one(declared, "site-a-app"))).toContain("site-a-admin");
  });

  it("is refused where nothing can run statements, as nothing would close it", async () => {
    const wish = { login: { user: "berth_admin", password: "" }, statements: [], result: true };
    const run = () => runStatements(undefined, { host: "127.0.0.1", port: 15432 }, wish);
    expect(run).toThrow("expects the argument `statements`");
  });

  it("keeps its passwords encrypted, a given one, too", async () => {
    const { declared, component } = await site("\nberth:secrets: { DATABASE_PASSWORD: { secure: v1:x } }", {
      secrets: { DATABASE_PASSWORD: "p@ss/word" },
    });
    const { inputs } = one(declared, "site-a-database-owner");
    const kept = await valueOf(rolePassword("site_a_user", "p@ss/word"));
    expect([await valueOf(inputs["password"]), await isSecret(inputs["password"])]).toEqual([kept, true]);
    const { inputs: server } = one(declared, "site-a-database-administration");
    expect([await valueOf(server["password"]), await isSecret(server["password"])]).toEqual(["of berth_admin", true]);
    const envs = one(declared, "site-a-app").inputs["envs"] as pulumi.Input<string>[];
    const texts = await Promise.all(envs.map(async (env) => [await valueOf(env), await isSecret(env)]));
    expect(texts).toContainEqual([
      "DATABASE_URL=postgresql://site_a_user:p%40ss%2Fword@database-relay:6432/site_a_db?pgbouncer=true",
      true,
    ]);
    expect(JSON.stringify(await valueOf(component.outputs.database))).not.toContain("p@ss");
    expect(component.outputs.database).toEqual({
      name: "site_a_db",
      role: "site_a_user",
      connectionLimit: 7,
      direct: { host: "database-relay", port: 5432 },
      pooled: { host: "database-relay", port: 6432 },
    });
  });

  it("stays while the deployment is stopped", async () => {
    const { declared } = await site("\nberth:running: false");
    expect(declared.map(kindOf)).toContain("Database");
  });
});
