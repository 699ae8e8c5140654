import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Platform, Service, Value } from "../../../src/deployment/deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { valueText } from "../../../src/deployment/value.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { deploymentFrom, findingsFrom, platformFrom } from "./sample.ts";

const service = ({ services }: Realization, key: string): Service => {
  const found = services.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no service ${key}`);
  return found;
};
const dnaKeys = "berth:blueprint: dna\nberth:settings: { ADMIN_EMAIL: a@b.example }";
const file = (keys: string): string => `config:\n${keys.replace(/^/gm, "  ")}\n`;
const dna = (keys = "", platform = platformFrom()): Realization =>
  deploymentFrom(file(`${dnaKeys}\n${keys}`), { stack: "site-a", platform });
const tenant = (services: string, more = "", keys = "berth:prefix: site_a"): Realization =>
  deploymentFrom(file(keys), {
    stack: "site-a",
    platform: platformFrom(),
    blueprintYaml: `services: {${services}}\nx-berth: { database: {} }\n${more}`,
  });
const platformDeployment = (keys = ""): Realization =>
  deploymentFrom(file(`berth:blueprint: platform\n${keys}`), { stack: "platform" });
const offer = (keys = ""): Platform => {
  const checked = platformFrom(keys.replace(/^/gm, "  "));
  if (!checked.ok) throw new Error("no platform");
  return checked.value;
};
const textOf = (value: Value | undefined, password = "p"): string =>
  valueText(value ?? "", { DATABASE_PASSWORD: password }) ?? "";

describe("D1: a platform", () => {
  it("offers PostgreSQL and its pool, on its network and on the host", () => {
    expect(offer()).toEqual({
      id: "organization/berth/platform",
      stack: "platform",
      running: true,
      endpoint: {
        kind: "docker",
        id: "unix:///var/run/docker.sock",
        name: "local",
        url: "unix:///var/run/docker.sock",
      },
      containers: { server: "platform_postgres", pool: "platform_pgbouncer" },
      network: "platform_shared",
      server: { host: "127.0.0.1", port: 15432 },
      direct: { host: "platform-postgres", port: 5432 },
      pooled: { host: "platform-pgbouncer", port: 6432 },
      secrets: {
        admin: "POSTGRES_PASSWORD",
        lookup: "POOL_LOOKUP_PASSWORD",
        administration: "DATABASE_ADMIN_PASSWORD",
      },
      poolSize: 5,
      connections: {
        container: "platform_postgres",
        available: 117,
        reserved: 3,
        setting: { stack: "platform", name: "MAX_CONNECTIONS" },
      },
      clients: {
        counts: "clients",
        container: "platform_pgbouncer",
        available: 990,
        reserved: 10,
        setting: { stack: "platform", name: "MAX_CLIENTS" },
      },
      tenantClients: 60,
      relayImage: "haproxy:3.0",
    });
  });

  it("says so of another host, port, pool and number of sessions", () => {
    const keys = `berth:endpoint: ssh://root@far
berth:ports: { postgres: { port: 15500, address: 0.0.0.0 } }
berth:settings: { POOL_SIZE: 9, MAX_CONNECTIONS: 300 }`;
    expect(offer(keys)).toMatchObject({
      endpoint: { url: "ssh://root@far" },
      server: { host: "far", port: 15500 },
      poolSize: 9,
      connections: { available: 297 },
    });
  });

  it("warns where PostgreSQL or its pool is published on an address that containers reach", () => {
    const warned = (ports: string) =>
      findingsFrom(file(`berth:blueprint: platform\nberth:ports: { ${ports} }`), { stack: "platform" });
    expect(warned("postgres: 15500, pgbouncer: { port: 16500, address: 127.0.0.2 }")).toEqual([]);
    expect(
      warned("postgres: { port: 15500, address: 0.0.0.0 }, pgbouncer: { port: 16500, address: 10.1.2.3 }"),
    ).toMatchObject([
      {
        code: "platform-exposed",
        severity: "warning",
        key: "0.0.0.0:15500",
        wanted: { stack: "platform", service: "postgres" },
        remedy: "pulumi config set --path berth:ports.postgres.address 127.0.0.1 -s platform",
      },
      { code: "platform-exposed", severity: "warning", key: "10.1.2.3:16500", wanted: { service: "pgbouncer" } },
    ]);
  });

  it("is started database first: the pool waits until PostgreSQL is healthy", () => {
    const { services } = platformDeployment();
    expect(services.map(({ key }) => key)).toEqual(["postgres", "pgbouncer"]);
    expect(services[1]?.dependsOn).toEqual([{ service: "postgres", condition: "service_healthy" }]);
  });

  it("serves every database with no registration: who logs in is looked up", () => {
    const { files } = service(platformDeployment(), "pgbouncer");
    const [ini, users] = files.map(({ content }) => valueText(content, { POOL_LOOKUP_PASSWORD: "look" }));
    expect(ini).toContain("* = host=platform_postgres port=5432 auth_user=pgb_auth\n");
    expect(ini).toContain("auth_query = SELECT usename, passwd FROM pgbouncer.get_auth($1)\n");
    expect(ini).toContain("server_login_retry = 1\n");
    expect(ini).not.toContain("look\n");
    expect(users).toBe('"pgb_auth" "look"\n');
  });

  it("goes by its containers' names where others join, so that no short name is theirs, too", () => {
    const server = platformDeployment().containers.find(({ key }) => key === "postgres");
    expect(server?.attachments).toEqual([
      { network: "platform_default", aliases: ["postgres"] },
      { network: "platform_shared", aliases: ["platform-postgres"] },
    ]);
  });
});

describe("D2: a deployment's own database", () => {
  it("is <prefix>_db of <prefix>_user, with a generated password of 32 characters", () => {
    const { database, secrets } = dna();
    expect(database).toMatchObject({ name: "site_a_db", role: "site_a_user", secret: "DATABASE_PASSWORD" });
    expect(secrets).toContainEqual(
      expect.objectContaining({ name: "DATABASE_PASSWORD", origin: { kind: "generated", length: 32 } }),
    );
  });

  it("takes a password that is given, and keeps it out of the app's environment", () => {
    const { secrets, services } = dna("berth:secrets: { DATABASE_PASSWORD: { secure: x } }");
    expect(secrets).toContainEqual(expect.objectContaining({ name: "DATABASE_PASSWORD", origin: { kind: "given" } }));
    for (const { environment } of services) expect(environment).not.toHaveProperty("DATABASE_PASSWORD");
  });

  it("may have its password as a file, which nobody has to give", () => {
    const { services } = tenant("a: { image: a, secrets: [DATABASE_PASSWORD] }", "secrets: { DATABASE_PASSWORD: }");
    expect(services[0]?.files).toMatchObject([
      { target: "/run/secrets/DATABASE_PASSWORD", content: { parts: [{ secret: "DATABASE_PASSWORD" }] }, mode: "0444" },
    ]);
  });

  it("has names that PostgreSQL takes whole, whatever the prefix and the service", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9_]{0,39}$/), (prefix) => {
        const { database } = dna(`berth:prefix: ${JSON.stringify(prefix)}`);
        for (const name of [database?.name, database?.role]) expect(Buffer.byteLength(name ?? "")).toBeLessThan(64);
      }),
      { numRuns: 30, examples: [["a".repeat(40)]] },
    );
    expect(() => dna(`berth:prefix: ${"a".repeat(41)}`)).toThrow("at most 40 characters");
  });

  it("stays while the deployment is stopped, which then opens no connections", () => {
    const kinds = (keys: string): string[] => claimsOf(dna(keys)).map(({ kind }) => kind);
    const stopped = kinds("berth:running: false");
    expect(stopped).toEqual(expect.arrayContaining(["database", "role"]));
    expect(stopped).not.toContain("connections");
    expect(kinds("")).toEqual(expect.arrayContaining(["database", "role", "connections"]));
  });
});

describe("D3: addresses", () => {
  const url = (deployment: Realization, key: string, name: string, password?: string): string =>
    textOf(service(deployment, key).environment[name], password);

  it("the app reaches its database by the pool, migrations directly; no underscore in a host's name", () => {
    const deployment = dna("", platformFrom("  berth:prefix: main_platform\n"));
    expect(url(deployment, "app", "DATABASE_URL")).toBe(
      "postgresql://site_a_user:p@database-relay:6432/site_a_db?pgbouncer=true",
    );
    for (const job of ["migrate", "admin"])
      expect(url(deployment, job, "DIRECT_URL")).toBe("postgresql://site_a_user:p@database-relay:5432/site_a_db");
    expect(service(deployment, "app").environment).not.toHaveProperty("DIRECT_URL");
    expect(service(deployment, "migrate").environment).not.toHaveProperty("DATABASE_URL");
  });

  it("come in parts, too", () => {
    const names = ["DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD"];
    const all = [...names, "DIRECT_HOST", "DIRECT_PORT"];
    const deployment = tenant(`a: { image: a, environment: [${all.map((n) => `"${n}=\${BERTH_${n}}"`).join(", ")}] }`);
    const { environment } = service(deployment, "a");
    expect(all.map((name) => textOf(environment[name], "p%/"))).toEqual([
      "database-relay",
      "6432",
      "site_a_db",
      "site_a_user",
      "p%/",
      "database-relay",
      "5432",
    ]);
  });

  it("what a parser of URLs takes for the password is the password, and a file has it as it is", () => {
    const deployment = tenant(
      'a: { image: a, environment: { URL: "${BERTH_DATABASE_URL}", D: "${BERTH_DIRECT_URL}" }, configs: [c] }',
      'configs: { c: { content: "${BERTH_DATABASE_PASSWORD}" } }',
    );
    const { environment, files } = service(deployment, "a");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (password) => {
        for (const name of ["URL", "D"]) {
          const parsed = new URL(textOf(environment[name], password));
          expect(decodeURIComponent(parsed.password)).toBe(password);
          expect([parsed.username, parsed.pathname]).toEqual(["site_a_user", "/site_a_db"]);
        }
        expect(textOf(files[0]?.content, password)).toBe(password);
      }),
      { examples: [["!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ $$${A}\n"]] },
    );
  });
});

describe("the platform's network", () => {
  const joined = (services: string, more?: string): string[] =>
    tenant(services, more)
      .services.filter(({ attachments }) => attachments.some(({ network }) => network === "platform_shared"))
      .map(({ key }) => key);

  it.each([
    ["its environment", 'a: { image: a, environment: { U: "${BERTH_DATABASE_URL}" } }, b: { image: b }', ""],
    ["the direct address", 'a: { image: a, environment: { U: "x ${BERTH_DIRECT_HOST}" } }, b: { image: b }', ""],
    ["its command", 'a: { image: a, command: ["--host", "${BERTH_DATABASE_HOST}"] }, b: { image: b }', ""],
    [
      "a config",
      "a: { image: a, configs: [c] }, b: { image: b }",
      'configs: { c: { content: "host=${BERTH_DATABASE_HOST}" } }',
    ],
  ])(
    "is joined by the relay alone, where a service has the database in %s; that service waits for it",
    (_, services, more) => {
      expect(joined(services, more)).toEqual(["database-relay"]);
      const waiting = tenant(services, more).services.filter(({ dependsOn }) => dependsOn.length > 0);
      expect(waiting.map(({ key, dependsOn }) => [key, dependsOn])).toEqual([
        ["a", [{ service: "database-relay", condition: "service_healthy" }]],
      ]);
    },
  );

  it("is joined beside the deployment's own networks, and with no alias", () => {
    expect(service(dna(), "database-relay").attachments).toEqual([
      { network: "site_a_default", aliases: ["database-relay"], address: undefined },
      { network: "platform_shared", aliases: [] },
    ]);
    expect(service(dna(), "app").attachments).toEqual([
      { network: "site_a_default", aliases: ["app"], address: undefined },
    ]);
  });
});

describe("sessions", () => {
  const claimed = ({ connections }: Realization): string =>
    connections.map(({ by, count }) => `${by} ${count}`).join(", ");

  it("of a deployment: what the pool opens, one for each that connects directly, and its clients at the pool", () => {
    expect(claimed(dna())).toBe("pool 5, migrate 1, admin 1, clients 60");
    expect(claimed(dna("", platformFrom("  berth:settings: { POOL_SIZE: 20 }\n")))).toBe(
      "pool 20, migrate 1, admin 1, clients 60",
    );
  });

  it("of its role: all of them that are at PostgreSQL", () => {
    expect(dna().database?.connectionLimit).toBe(7);
  });

  it("that a blueprint asks for count, from a setting, too", () => {
    const blueprintYaml = `services: { a: { image: a, environment: { U: "\${BERTH_DIRECT_URL}" } }, b: { image: b } }
x-berth: { database: { connections: { a: "\${SIZE:-10}", b: 2 } } }`;
    const made = (keys: string) => deploymentFrom(file(keys), { stack: "s", blueprintYaml, platform: platformFrom() });
    expect(claimed(made("berth:prefix: s"))).toBe("pool 5, a 10, b 2, clients 60");
    expect(claimed(made("berth:settings: { SIZE: 4 }"))).toBe("pool 5, a 4, b 2, clients 60");
  });

  it("of a platform: administration, and lookups of passwords for the pool", () =>
    expect(claimed(platformDeployment())).toBe("administration 4, lookup 4"));

  it("at a PostgreSQL of its own: those that the blueprint names", () => {
    const made = (command: string) =>
      deploymentFrom(file("berth:prefix: s"), {
        stack: "s",
        blueprintYaml: `services: { db: { image: p, command: [${command}] }, a: { image: a } }
x-berth: { database: { server: db, connections: { a: 10 } } }`,
      });
    expect(made("").connections).toMatchObject([{ by: "a", count: 10, server: { container: "s_db", available: 97 } }]);
    expect(made('"-c", "max_connections=50"').connections[0]?.server).toMatchObject({ available: 47 });
    expect(made('"--max-connections=50", "-csuperuser_reserved_connections=5"').connections[0]?.server).toEqual({
      container: "s_db",
      available: 45,
      reserved: 5,
    });
  });

  it("that are no number are a mistake", () => {
    const keys = file(
      "berth:blueprint: platform\nberth:settings: { MAX_CONNECTIONS: lots, POOL_SIZE: 0, MAX_CLIENTS: x, TENANT_CLIENTS: 0, RELAY_IMAGE: A }",
    );
    expect(findingsFrom(keys, { stack: "platform" }).map(({ key, message }) => `${key}: ${message}`)).toEqual([
      'x-berth.platform.poolSize: found "0"',
      'x-berth.platform.tenantClients: found "0"',
      "services.postgres.command: found max_connections=lots",
      'x-berth.platform.clients: found "x"',
      'x-berth.platform.relay: found "A"',
    ]);
  });
});
