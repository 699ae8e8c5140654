import { describe, expect, it } from "vitest";
import { serverFindings, triggerFindings } from "../../../src/drift/database-server.ts";
import { databaseFindings, loginFindings, passwordFinding } from "../../../src/drift/databases.ts";
import type { DatabasesReport, LiveDatabase, LiveRole } from "../../../src/inventory/observe-databases.ts";
import { findingText } from "../report/shown.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, platformFrom } from "../resolve/sample.ts";

type Seen = Extract<DatabasesReport, { kind: "seen" }>;

const role = (name: string, more: Partial<LiveRole> = {}): LiveRole => ({
  name,
  login: true,
  limit: -1,
  rights: [],
  memberOf: [],
  members: [],
  settings: [],
  settingsIn: [],
  ...more,
});
const database = (name: string, owner: string, more: Partial<LiveDatabase> = {}): LiveDatabase => ({
  name,
  owner,
  open: false,
  admits: [],
  settings: [],
  ...more,
});
const safe = { settings: ["search_path=pg_catalog, pg_temp"] };
const administers = { settings: [...safe.settings, "statement_timeout=0", "lock_timeout=0"] };
const everything = ["superuser", "createrole", "createdb", "replication", "bypassrls"];

/** A platform as it comes up, on PostgreSQL 16, with one tenant. */
const databases = [
  database("postgres", "postgres", { admits: ["berth_admin"] }),
  database("site_db", "site_user", { admits: ["pgb_auth", "site_user"] }),
  database("template1", "postgres"),
  database("tenant_template", "postgres"),
];
const roles = [
  role("berth_admin", {
    ...administers,
    limit: 20,
    rights: ["createrole", "createdb"],
    memberOf: ["pg_signal_backend", "site_user"],
  }),
  role("berth_lookup", { login: false, members: ["pgb_auth"] }),
  role("pg_monitor", { login: false, memberOf: ["pg_read_all_stats"] }),
  role("pgb_auth", { ...safe, memberOf: ["berth_lookup"] }),
  role("postgres", { ...administers, rights: everything }),
  role("site_user", { limit: 7, members: ["berth_admin"] }),
];

/** The same with one thing changed. */
const changed = (name: string, more: Partial<LiveRole & LiveDatabase>): Seen => ({
  kind: "seen",
  databases: databases.map((each) => (each.name === name ? { ...each, ...more } : each)),
  roles: roles.map((each) => (each.name === name ? { ...each, ...more } : each)),
});
const with_ = (more: LiveRole): Seen => ({ kind: "seen", databases, roles: [...roles, more] });

const site = deploymentFrom(stackWith("berth:blueprint: dna\nberth:settings: { ADMIN_EMAIL: a@b.c }"), {
  stack: "site",
  platform: platformFrom(),
});
const platform = deploymentFrom(stackWith("berth:blueprint: platform"), { stack: "platform" });
const ofSite = (seen: Seen): string =>
  [...databaseFindings(site, seen), ...loginFindings(site, seen)].map(findingText).join("\n");
const ofPlatform = (seen: Seen, tenants = ["site_user"]): string =>
  serverFindings(platform, seen, tenants).map(findingText).join("\n");
const psql = (statement: string): string => `docker exec -u postgres platform_postgres psql -c '${statement}'`;

describe("a deployment's database and its owner", () => {
  it("have nothing to report as they come up", () => {
    expect(ofSite({ kind: "seen", databases, roles })).toBe("");
    expect(ofSite({ kind: "seen", databases: [], roles: [] })).toBe("");
  });

  it("are reported whole, with a command that puts it right", () => {
    expect(ofSite(changed("site_user", { rights: ["superuser", "createdb"] }))).toBe(
      `✗ database-drifted  site_user
  wanted by  site                    Pulumi.site.yaml: berth:database
  held by    role site_user at platform_postgres
  what       has the rights superuser, createdb
  allowed    no right beyond its database
  remedy     ${psql('ALTER ROLE "site_user" NOSUPERUSER NOCREATEDB')} && pulumi up -y -s site`,
    );
  });

  it.each<[string, string, Partial<LiveRole & LiveDatabase>, string, string, string]>([
    ["is open", "site_db", { open: true }, "✗", "admits every role", 'REVOKE ALL ON DATABASE "site_db" FROM PUBLIC'],
    [
      "admits another",
      "site_db",
      { admits: ["pgb_auth", "x"] },
      "!",
      "also admits x",
      'REVOKE ALL ON DATABASE "site_db" FROM "x"',
    ],
    [
      "has another owner",
      "site_db",
      { owner: "x" },
      "✗",
      "is owned by x",
      'ALTER DATABASE "site_db" OWNER TO "site_user"',
    ],
    [
      "has settings",
      "site_db",
      { settings: ["search_path=evil, pg_catalog"] },
      "!",
      "gives every session search_path=evil, pg_catalog",
      'ALTER DATABASE "site_db" RESET ALL',
    ],
    [
      "is a member",
      "site_user",
      { memberOf: ["pg_read_all_data"] },
      "✗",
      "is a member of pg_read_all_data",
      'REVOKE "pg_read_all_data" FROM "site_user"',
    ],
    ["has members", "site_user", { members: ["x"] }, "✗", "has the members x", 'REVOKE "site_user" FROM "x"'],
    [
      "has settings of its own",
      "site_user",
      { settings: ["search_path=evil"] },
      "!",
      "begins its sessions with search_path=evil",
      'ALTER ROLE "site_user" RESET ALL',
    ],
    [
      "has settings in one database",
      "site_user",
      { settingsIn: [{ database: "site_db", setting: "role=x" }] },
      "!",
      "begins its sessions with role=x in site_db",
      'ALTER ROLE "site_user" IN DATABASE "site_db" RESET ALL',
    ],
    [
      "may not log in",
      "site_user",
      { login: false },
      "!",
      "may not log in",
      'ALTER ROLE "site_user" LOGIN CONNECTION LIMIT 7',
    ],
    [
      "has no limit",
      "site_user",
      { limit: -1 },
      "!",
      "may have any number of sessions",
      'ALTER ROLE "site_user" LOGIN CONNECTION LIMIT 7',
    ],
  ])("is reported where it %s", (_, name, more, sign, message, statement) => {
    const told = ofSite(changed(name, more));
    expect(told.split("\n")).toHaveLength(6);
    expect(told).toMatch(new RegExp(`^${sign} database-drifted  ${name}\n`));
    expect(told).toContain(`what       ${message}`);
    expect(told).toContain(`remedy     ${psql(statement)} && pulumi up -y -s site`);
  });

  it("quotes what others have named, for SQL and for the shell", () => {
    expect(ofSite(changed("site_user", { members: [`x"; DROP DATABASE site_db; --'`] }))).toContain(
      `psql -c 'REVOKE "site_user" FROM "x""; DROP DATABASE site_db; --'\\''"' && pulumi up`,
    );
  });

  it("have a password that only its owner can try, and the next up sets it", () => {
    const told = findingText(passwordFinding(site));
    expect(told).toContain("another password than the one that its stack holds");
    expect(told).toContain("remedy     pulumi up -y -s site");
  });
});

describe("a platform's PostgreSQL", () => {
  it("has nothing to report as it comes up, on PostgreSQL 15 and 16", () => {
    expect(ofPlatform({ kind: "seen", databases, roles })).toBe("");
    expect(ofPlatform(changed("berth_admin", { memberOf: ["pg_signal_backend"] }))).toBe("");
  });

  it.each<[string, string, Partial<LiveRole & LiveDatabase>, string, string, string]>([
    [
      "postgres lacks its settings",
      "postgres",
      { settings: [] },
      "!",
      "lacks search_path=pg_catalog, pg_temp; lacks statement_timeout=0; lacks lock_timeout=0",
      'ALTER ROLE "postgres" SET search_path = pg_catalog, pg_temp; ' +
        'ALTER ROLE "postgres" SET statement_timeout = 0; ALTER ROLE "postgres" SET lock_timeout = 0',
    ],
    [
      "the administrator has another path",
      "berth_admin",
      { settings: ["search_path=evil", ...administers.settings.slice(1)] },
      "!",
      "begins its sessions with search_path=evil; lacks search_path=pg_catalog, pg_temp",
      'ALTER ROLE "berth_admin" RESET ALL; ALTER ROLE "berth_admin" SET search_path = pg_catalog, pg_temp; ' +
        'ALTER ROLE "berth_admin" SET statement_timeout = 0; ALTER ROLE "berth_admin" SET lock_timeout = 0',
    ],
    [
      "the administrator has a time limit",
      "berth_admin",
      { settings: [...safe.settings, "statement_timeout=1ms", "lock_timeout=0"] },
      "!",
      "begins its sessions with statement_timeout=1ms; lacks statement_timeout=0",
      'ALTER ROLE "berth_admin" RESET ALL; ALTER ROLE "berth_admin" SET search_path = pg_catalog, pg_temp; ' +
        'ALTER ROLE "berth_admin" SET statement_timeout = 0; ALTER ROLE "berth_admin" SET lock_timeout = 0',
    ],
    [
      "the lookup role has a setting in one database",
      "pgb_auth",
      { settingsIn: [{ database: "site_db", setting: "search_path=evil" }] },
      "!",
      "begins its sessions with search_path=evil in site_db",
      'ALTER ROLE "pgb_auth" IN DATABASE "site_db" RESET ALL',
    ],
    [
      "the administrator is a superuser",
      "berth_admin",
      { rights: everything },
      "✗",
      "has the rights superuser, replication, bypassrls",
      'ALTER ROLE "berth_admin" NOSUPERUSER NOREPLICATION NOBYPASSRLS',
    ],
    [
      "the lookup role may create roles",
      "pgb_auth",
      { rights: ["createrole"] },
      "✗",
      "has the rights createrole",
      'ALTER ROLE "pgb_auth" NOCREATEROLE',
    ],
    [
      "the administrator has a member",
      "berth_admin",
      { members: ["x"] },
      "✗",
      "has the members x",
      'REVOKE "berth_admin" FROM "x"',
    ],
    [
      "another looks up passwords",
      "berth_lookup",
      { members: ["pgb_auth", "x"] },
      "✗",
      "has the members x",
      'REVOKE "berth_lookup" FROM "x"',
    ],
    [
      "the administrator is a member of more",
      "berth_admin",
      { memberOf: ["pg_execute_server_program", "pg_signal_backend", "site_user"] },
      "✗",
      "is a member of pg_execute_server_program",
      'REVOKE "pg_execute_server_program" FROM "berth_admin"',
    ],
    [
      "the administrator has no limit",
      "berth_admin",
      { limit: -1 },
      "!",
      "may have -1 sessions; expected 20",
      'ALTER ROLE "berth_admin" CONNECTION LIMIT 20',
    ],
    [
      "a database of its own has settings",
      "postgres",
      { open: true },
      "!",
      "admits every role",
      'REVOKE ALL ON DATABASE "postgres" FROM PUBLIC',
    ],
    [
      "a template has another owner",
      "tenant_template",
      { owner: "x" },
      "!",
      "is owned by x",
      'ALTER DATABASE "tenant_template" OWNER TO "postgres"',
    ],
  ])("is reported where %s", (_, name, more, sign, message, statement) => {
    const told = ofPlatform(changed(name, more));
    expect(told.split("\n")).toHaveLength(5);
    expect(told).toMatch(new RegExp(`^${sign} database-drifted  ${name}\n`));
    expect(told).toContain(`what       ${message}`);
    expect(told).toContain(`remedy     ${psql(statement)} && pulumi up -y -s platform`);
  });

  it("is reported where another role has rights over all, once for a tenant's", () => {
    const hidden = role("backdoor", { rights: ["superuser"] });
    expect(ofPlatform(with_(hidden))).toContain(`remedy     ${psql('ALTER ROLE "backdoor" NOSUPERUSER')} && pulumi up`);
    expect(ofPlatform(with_(role("reader")))).toBe("");
    const risen = changed("site_user", { rights: ["superuser"] });
    expect([ofPlatform(risen), ofPlatform(risen, []).includes("site_user")]).toEqual(["", true]);
  });

  it("is reported where an event trigger runs with the rights of whoever administers it", () => {
    const [told] = triggerFindings(platform, [{ database: "tenant_template", name: "evil" }]).map(findingText);
    expect(told).toContain("has the event trigger evil");
    expect(told).toContain(
      `remedy     docker exec -u postgres platform_postgres psql -d tenant_template -c 'DROP EVENT TRIGGER "evil"'`,
    );
  });
});
