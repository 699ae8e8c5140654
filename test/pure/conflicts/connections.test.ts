import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../../src/conflicts/check.ts";
import type { Claim } from "../../../src/claims/claim.ts";
import { connections } from "../../../src/conflicts/rules/connections.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { shellWords } from "../../../src/notation/shell-words.ts";
import { deploymentFrom, platformFrom } from "../resolve/sample.ts";
import { conflictsOf, endpoint, stackWith } from "./sample.ts";
import { inJson } from "../report/shown.ts";

const dnaKeys = "berth:blueprint: dna\nberth:settings: { ADMIN_EMAIL: a@b.example }";
/** So many sites on one platform of so many sessions, three of them kept for superusers. */
function sites(count: number, sessions: number, keys = ""): Realization[] {
  const settings = `berth:settings: { MAX_CONNECTIONS: ${sessions} }`;
  const platform = platformFrom(`  ${settings}\n`);
  return [
    deploymentFrom(stackWith(`berth:blueprint: platform\n${settings}`), { stack: "platform" }),
    ...Array.from({ length: count }, (_, index) =>
      deploymentFrom(stackWith(`${dnaKeys}\nberth:ports: { app: ${5000 + index} }\n${keys}`), {
        stack: `s${index}`,
        platform,
      }),
    ),
  ];
}

describe("sessions at a PostgreSQL", () => {
  it("may all be used", () => expect(conflictsOf(sites(2, 8 + 2 * 7 + 3))).toEqual([]));

  it("are one too few: everybody's part is told, the largest first, and what would be enough", () => {
    expect(conflictsOf(sites(2, 24))).toEqual([
      {
        code: "connections-over-budget",
        severity: "error",
        kind: "connections",
        key: "22 of 21 at platform_postgres",
        message:
          "may be open at once: platform 8 (administration 4, lookup 4), s0 7 (pool 5, admin 1, migrate 1), s1 7 (pool 5, admin 1, migrate 1); 3 more are kept for superusers",
        wanted: { stack: "s0", file: "Pulumi.s0.yaml", path: "berth:database" },
        held: { host: "platform_postgres takes 21" },
        remedy: "pulumi config set --path berth:settings.MAX_CONNECTIONS 25 -s platform",
        remedyNote: "then:\npulumi up -s platform",
      },
    ]);
  });

  it("fit once the remedy is pasted", () => {
    const [finding] = conflictsOf(sites(5, 20));
    const words = shellWords(finding?.remedy ?? "") ?? [];
    expect(conflictsOf(sites(5, Number(words.at(-3))))).toEqual([]);
    expect(conflictsOf(sites(5, Number(words.at(-3)) - 1))).toHaveLength(1);
  });

  it("are given up by who is stopped", () => {
    expect(conflictsOf(sites(5, 20, "berth:running: false"))).toEqual([]);
  });

  it("are a finding at each stack that is asked about and has a part in them, and at no other", () => {
    const stranger = deploymentFrom(stackWith("berth:prefix: other"), { stack: "other" });
    const about = (stack: string) =>
      conflictsOf([...sites(2, 24), stranger], {}, { about: `organization/berth/${stack}` }).map(
        ({ wanted }) => wanted?.stack,
      );
    expect([about("s1"), about("platform"), about("other")]).toEqual([["s1"], ["platform"], []]);
  });

  it("count the clients of the pool likewise, deployment by deployment", () => {
    const keys = "berth:settings: { MAX_CLIENTS: 100, TENANT_CLIENTS: 46 }";
    const platform = platformFrom(`  ${keys}\n`);
    const clinic = (stack: string, port: number, more = "") =>
      deploymentFrom(stackWith(`${dnaKeys}\nberth:ports: { app: ${port} }${more}`), { stack, platform });
    expect(conflictsOf([clinic("s0", 5000)])).toEqual([]);
    expect(conflictsOf([clinic("s0", 5000), clinic("s1", 5001, "\nberth:running: false")])).toEqual([]);
    expect(conflictsOf([clinic("s0", 5000), clinic("s1", 5001)])).toMatchObject([
      {
        code: "connections-over-budget",
        key: "92 of 90 at platform_pgbouncer",
        message: "may be open at once: s0 46 (clients), s1 46 (clients); 10 more are kept for administrators",
        wanted: { stack: "s0", path: "berth:database" },
        remedy: "pulumi config set --path berth:settings.MAX_CLIENTS 102 -s platform",
        remedyNote: "then:\npulumi up -s platform",
      },
    ]);
  });

  it("of a server whose number no setting has are raised by hand", () => {
    const blueprintYaml = `services: { db: { image: p, command: ["-c", "max_connections=10"] }, a: { image: a } }
x-berth: { database: { server: db, connections: { a: 10 } } }`;
    const [finding] = conflictsOf([deploymentFrom(stackWith("berth:prefix: s"), { stack: "s", blueprintYaml })]);
    expect(finding).toMatchObject({
      key: "10 of 7 at s_db",
      message: "may be open at once: s 10 (a); 3 more are kept for superusers",
      wanted: { stack: "s", file: "blueprints/sample.yaml", path: "x-berth.database.connections.a" },
      remedy: "raise max_connections of s_db to 13, or lower x-berth.database.connections",
    });
    expect(finding).not.toHaveProperty("remedyNote");
  });

  it("are over budget exactly where their sum is more than the server takes, server by server", () => {
    const share = fc.record({ server: fc.constantFrom("a", "b"), count: fc.integer({ min: 0, max: 20 }) });
    const available = fc.record({ a: fc.integer({ min: 0, max: 60 }), b: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 8 }), available, (shares, room) => {
        const claims = shares.map(({ server, count }, index) => ({
          kind: "connections" as const,
          endpoint,
          owner: { kind: "deployment" as const, id: `o/p/s${index}`, stack: `s${index}` },
          server: { container: server, available: room[server], reserved: 3 },
          count,
          by: "pool",
        }));
        const over = (["a", "b"] as const).filter((server) => {
          const own = shares.filter((one) => one.server === server);
          return own.reduce((sum, { count }) => sum + count, 0) > room[server] && own.length > 0;
        });
        expect(
          connections
            .findings(claims, { declared: new Set() })
            .map(({ key }) => key.split(" at ")[1])
            .sort(),
        ).toEqual(over);
      }),
    );
  });
});

describe("databases and roles", () => {
  const held = (kind: "database" | "role", name: string, server = "platform_postgres"): Claim => ({
    kind,
    owner: { kind, name },
    endpoint,
    name,
    server,
  });
  const found = (...claims: Claim[]) => foundBeside(sites(1, 120), claims);
  const foundBeside = (deployments: readonly Realization[], claims: readonly Claim[]) => {
    const all = [...deployments.flatMap(claimsOf), ...claims];
    return inJson(check({ claims: all, capacity: {}, findings: [], notLookedAt: [] }));
  };

  it.each([
    ["database", "s0_db", "database-in-use"],
    ["role", "s0_user", "role-in-use"],
  ] as const)("a %s that is somebody else's is no place for a deployment's own", (kind, name, code) => {
    expect(found(held(kind, name))).toEqual([
      {
        code,
        severity: "error",
        kind,
        key: name,
        wanted: { stack: "s0", file: "Pulumi.s0.yaml", path: "berth:database" },
        held: { [kind]: name },
        remedy: "pulumi config set --path 'berth:adopt[0]' database -s s0",
        remedyNote:
          "if its data is this deployment's own: it is kept, and its role gets this deployment's password; else:\npulumi config set berth:prefix s0_2 -s s0",
      },
    ]);
  });

  it("that nobody known owns are no conflict once the stack adopts them; those of another deployment are", () => {
    const adopting = sites(1, 120).map((site) =>
      site.database === undefined ? site : { ...site, database: { ...site.database, adopted: true, nextAdoption: 1 } },
    );
    const strangers = [held("database", "s0_db"), held("role", "s0_user")];
    expect(foundBeside(adopting, strangers)).toEqual([]);
    const owned = { ...held("database", "s0_db"), owner: { kind: "database", name: "s0_db", id: "organization/x/y" } };
    expect(foundBeside(adopting, [owned as Claim]).map(({ code, remedy }) => [code, remedy])).toEqual([
      ["database-in-use", "pulumi config set berth:prefix s0_2 -s s0"],
    ]);
  });

  it.each([
    ["another name", held("database", "s1_db")],
    ["another server", held("database", "s0_db", "other_postgres")],
    ["a database that is named as the role", held("database", "s0_user")],
  ])("%s is none", (_, claim) => expect(found(claim)).toEqual([]));
});

describe("names in a platform's network", () => {
  const blueprint = (aliases: string): string => `services:
  db: { image: p, ports: ["127.0.0.1:15432:5432"], networks: { shared: { aliases: [${aliases}] } } }
  pool: { image: p, networks: [shared] }
networks: { shared: }
secrets: { A: }
x-berth:
  secrets: { A: { generate: 32 } }
  platform: { server: db, pool: pool, network: shared, admin: A, lookup: A, poolSize: "5" }`;
  const told = (aliases: string) => {
    const blueprintYaml = blueprint(aliases);
    const platform = deploymentFrom(stackWith("berth:prefix: p"), { stack: "platform", blueprintYaml });
    if (platform.platform === undefined) throw new Error("no platform");
    const site = deploymentFrom(stackWith(dnaKeys), {
      stack: "s0",
      platform: { ok: true, value: platform.platform, findings: [] },
    });
    return conflictsOf([platform, site]);
  };

  it("are the containers': an alias that is another deployment's container is a conflict", () => {
    expect(told("s0_database_relay")).toMatchObject([
      {
        code: "alias-in-use",
        key: "s0_database_relay",
        wanted: { stack: "s0", service: "database-relay", path: "berth:prefix" },
        held: { stack: "platform", service: "db", path: "services.db" },
        remedy: "pulumi config set berth:prefix s0_2 -s s0",
      },
    ]);
  });

  it("do not meet names in a deployment's own network", () => expect(told("app")).toEqual([]));
});
