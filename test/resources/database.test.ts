import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, platformFrom } from "../deployment/sample.ts";
import { rolePassword } from "../../src/resources/role-password.ts";
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
      "Role platform-databases-lookup",
      "Database platform-databases-template",
      "Schema platform-databases-schema",
      "Function platform-databases-get-auth",
      "Grant platform-databases-postgres-public",
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
      searchPaths: ["pg_catalog"],
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
      adminPassword: "generated for platform-POSTGRES_PASSWORD",
    });
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
      platformPassword: "of postgres",
      ...wishes,
    });

  it("has an owner of its own, and nobody else may connect to it but who looks up passwords", async () => {
    const { declared } = await site();
    expect(postgres(declared).map((each) => `${kindOf(each)} ${each.name}`)).toEqual([
      "postgresql site-a-database-server",
      "Role site-a-database-owner",
      "Database site-a-database-data",
      "Grant site-a-database-public",
      "Grant site-a-database-lookup",
      "DefaultPrivileges site-a-database-functions",
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
    const grant = { database: "site_a_db", objectType: "database" };
    expect(await inputsOf(declared, "site-a-database-public")).toEqual({ ...grant, role: "public", privileges: [] });
    expect(await inputsOf(declared, "site-a-database-lookup")).toEqual({
      ...grant,
      role: "pgb_auth",
      privileges: ["CONNECT"],
    });
  });

  it("holds data: it is protected, and never made anew for what it was made from", async () => {
    const { options } = one((await site()).declared, "site-a-database-data");
    expect(options.protect).toBe(true);
    expect(options.ignoreChanges).toEqual(["template", "encoding", "lcCollate", "lcCtype"]);
  });

  it("is closed to all before it is opened to one", async () => {
    const { declared } = await site();
    expect(await waitsFor(one(declared, "site-a-database-lookup"))).toEqual(["site-a-database-public"]);
    expect(await waitsFor(one(declared, "site-a-database-functions"))).toEqual(["site-a-database-lookup"]);
  });

  it("is complete before any container that uses it", async () => {
    const { declared } = await site();
    for (const name of ["site-a-migrate", "site-a-admin", "site-a-app"])
      expect(await waitsFor(one(declared, name))).toContain("site-a-database-functions");
    expect(await waitsFor(one(declared, "site-a-app"))).toContain("site-a-admin");
  });

  it("keeps its passwords encrypted, a given one, too", async () => {
    const { declared, component } = await site("\nberth:secrets: { DATABASE_PASSWORD: { secure: v1:x } }", {
      secrets: { DATABASE_PASSWORD: "p@ss/word" },
    });
    const { inputs } = one(declared, "site-a-database-owner");
    const kept = await valueOf(rolePassword("site_a_user", "p@ss/word"));
    expect([await valueOf(inputs["password"]), await isSecret(inputs["password"])]).toEqual([kept, true]);
    const { inputs: server } = one(declared, "site-a-database-server");
    expect([await valueOf(server["password"]), await isSecret(server["password"])]).toEqual(["of postgres", true]);
    const envs = one(declared, "site-a-app").inputs["envs"] as pulumi.Input<string>[];
    const texts = await Promise.all(envs.map(async (env) => [await valueOf(env), await isSecret(env)]));
    expect(texts).toContainEqual([
      "DATABASE_URL=postgresql://site_a_user:p%40ss%2Fword@platform-pgbouncer:6432/site_a_db?pgbouncer=true",
      true,
    ]);
    expect(JSON.stringify(await valueOf(component.outputs.database))).not.toContain("p@ss");
    expect(component.outputs.database).toEqual({
      name: "site_a_db",
      role: "site_a_user",
      connectionLimit: 7,
      direct: { host: "platform-postgres", port: 5432 },
      pooled: { host: "platform-pgbouncer", port: 6432 },
    });
  });

  it("stays while the deployment is stopped", async () => {
    const { declared } = await site("\nberth:running: false");
    expect(declared.map(kindOf)).toContain("Database");
  });
});
