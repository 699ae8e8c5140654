import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { check } from "../../../../src/conflicts/check.ts";
import { claimsOf } from "../../../../src/claims/of-deployment.ts";
import { openProject, readDeployment, readSiblings } from "../../../../src/project/project.ts";
import { stoppedPlatform } from "../../../../src/inventory/databases.ts";
import { findingText } from "../shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../../resolve/sample.ts";

/** What a person can get wrong with databases and platforms, to the letter. */

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-platforms-"));
  cpSync(new URL("../../../../blueprints", import.meta.url), join(root, "blueprints"), { recursive: true });
  writeFileSync(join(root, "Pulumi.yaml"), "name: berth\n");
});
afterEach(() => rmSync(root, { recursive: true }));

const dna = "berth:blueprint: dna\nberth:endpoint: unix:///x\nberth:settings: { ADMIN_EMAIL: a@b.example }";
const platform = "berth:blueprint: platform\nberth:endpoint: unix:///x";
type Stacks = Readonly<Record<string, string>>;

/** What is told of one stack among others. */
function told(stack: string, stacks: Stacks): string {
  for (const [name, keys] of Object.entries(stacks)) writeFileSync(join(root, `Pulumi.${name}.yaml`), stackWith(keys));
  return readDeployment(openProject(root), stack).findings.map(findingText).join("\n");
}

describe("a deployment's database", () => {
  it.each<[string, string, Stacks, string]>([
    [
      "has no platform at all",
      "site",
      { site: dna },
      `
✗ config-invalid  berth:database
  where      site                    Pulumi.site.yaml: berth:database
  what       there is no platform platform, which would host its database
  remedy     berth new platform --blueprint platform`,
    ],
    [
      "names a platform that is not there, while there is another one",
      "site",
      { site: `${dna}\nberth:database: platfrom`, main: platform },
      `
✗ config-invalid  berth:database
  where      site                    Pulumi.site.yaml:5: berth:database
  what       there is no platform platfrom, which would host its database
  allowed    main
  remedy     pulumi config set berth:database main -s site`,
    ],
    [
      "names a stack that is no platform",
      "site",
      { site: `${dna}\nberth:database: other`, other: "berth:prefix: other" },
      `
✗ config-invalid  berth:database
  where      site                    Pulumi.site.yaml:5: berth:database
  what       Pulumi.other.yaml is not a platform: its blueprint offers no database
  remedy     berth new platform --blueprint platform && pulumi config set berth:database platform -s site`,
    ],
    [
      "is to be carried by the deployment itself",
      "platform",
      { platform: dna },
      `
✗ config-invalid  berth:database
  where      platform                Pulumi.platform.yaml: berth:database
  what       platform cannot host its own database
  remedy     berth new databases --blueprint platform && pulumi config set berth:database databases -s platform`,
    ],
    [
      "has a platform with mistakes of its own",
      "site",
      { site: dna, platform: `${platform}\nberth:ports: { postgres: 80 }` },
      `
✗ config-invalid  berth:database
  where      site                    Pulumi.site.yaml: berth:database
  what       the platform platform has mistakes of its own
  remedy     berth check --stack platform`,
    ],
    [
      "has its platform on another endpoint",
      "site",
      { site: dna, platform: "berth:blueprint: platform\nberth:endpoint: ssh://root@far" },
      `
✗ config-invalid  berth:database
  where      site                    Pulumi.site.yaml: berth:database
  what       the platform platform is on ssh://root@far, this deployment on unix:///x
  allowed    a platform of the same endpoint
  remedy     pulumi config set berth:endpoint ssh://root@far -s site`,
    ],
  ])("%s", (_, stack, stacks, text) => expect(told(stack, stacks)).toBe(text.slice(1)));

  const off = "\nberth:running: false";
  const stopped = (stacks: Readonly<Record<string, string>>): string => {
    told("site", stacks);
    const site = readDeployment(openProject(root), "site");
    return site.ok ? stoppedPlatform(site.value).map(findingText).join("\n") : "unreadable";
  };

  it("has a platform that is stopped: it is readable all the same, so that others can be brought up and stopped", () => {
    expect(stopped({ site: dna, platform: `${platform}${off}` })).toBe(
      `✗ platform-unreachable  platform
  wanted by  site                    Pulumi.site.yaml: berth:database
  held by    container platform_postgres
  what       the platform platform is stopped (berth:running: false), and site is to run
  remedy     berth start platform`,
    );
  });

  it("may have a platform that is stopped while it is stopped itself", () => {
    expect(stopped({ site: `${dna}${off}`, platform: `${platform}${off}` })).toBe("");
  });

  it("without a platform is told for each of many stacks, and none looks through the others", () => {
    const names = Array.from({ length: 300 }, (_, index) => `s${index}`);
    for (const name of names) writeFileSync(join(root, `Pulumi.${name}.yaml`), stackWith(dna));
    expect(readSiblings(openProject(root)).findings).toHaveLength(names.length);
  });

  it("wants more sessions than there are", () => {
    told("site", { site: dna, platform: `${platform}\nberth:settings: { MAX_CONNECTIONS: 12 }` });
    const claims = readSiblings(openProject(root)).deployments.flatMap(claimsOf);
    expect(check({ claims, capacity: {}, findings: [], notLookedAt: [] }).map(findingText).join("\n")).toBe(
      `✗ connections-over-budget  15 of 9 at platform_postgres
  wanted by  site                    Pulumi.site.yaml: berth:database
  held by    platform_postgres takes 9
  what       may be open at once: platform 8 (administration 4, lookup 4), site 7 (pool 5, admin 1, migrate 1); 3 more are kept for superusers
  remedy     pulumi config set --path berth:settings.MAX_CONNECTIONS 18 -s platform
             then:
             pulumi up -s platform`,
    );
  });
});

/** A platform's blueprint with one thing changed. */
const offering = (change: (text: string) => string): string =>
  change(`services:
  db: { image: p, ports: ["127.0.0.1:15432:5432"] }
  pool: { image: b }
networks: { shared: }
secrets: { A: }
configs: { c: { content: "x" } }
x-berth:
  secrets: { A: { generate: 32 } }
  platform: { server: db, pool: pool, network: shared, admin: A, lookup: A, poolSize: "5" }
`);

describe("a platform's blueprint", () => {
  it.each<[string, (text: string) => string, string]>([
    [
      "publishes no port of PostgreSQL",
      (text) => text.replace(', ports: ["127.0.0.1:15432:5432"]', ""),
      `
✗ config-invalid  x-berth.platform.server
  where      blueprints/sample.yaml:9: x-berth.platform.server
  what       db publishes no port, and databases are made over it
  remedy     publish one: ports: ["127.0.0.1:15432:5432"]`,
    ],
    [
      "names a service that is not there",
      (text) => text.replace("pool: pool", "pool: pol"),
      `
✗ config-invalid  x-berth.platform.pool
  where      blueprints/sample.yaml:9: x-berth.platform.pool
  what       there is no service pol
  allowed    db, pool
  remedy     write pool for pol`,
    ],
    [
      "names a network that is not there",
      (text) => text.replace("network: shared", "network: common"),
      `
✗ config-invalid  x-berth.platform.network
  where      blueprints/sample.yaml:9: x-berth.platform.network
  what       there is no network common
  allowed    default, shared
  remedy     declare it under networks:`,
    ],
    [
      "names a secret that it does not declare",
      (text) => text.replace("lookup: A", "lookup: LOOKUP"),
      `
✗ config-invalid  x-berth.platform.lookup
  where      blueprints/sample.yaml:9: x-berth.platform.lookup
  what       there is no secret LOOKUP
  allowed    A
  remedy     declare it under secrets:`,
    ],
    [
      "has a size that is none",
      (text) => text.replace('poolSize: "5"', "poolSize: many"),
      `
✗ config-invalid  x-berth.platform.poolSize
  where      blueprints/sample.yaml:9: x-berth.platform.poolSize
  what       found "many"
  allowed    a number of sessions`,
    ],
    [
      "leaves out what others need to know",
      (text) => text.replace("admin: A, ", ""),
      `
✗ config-invalid  x-berth.platform.admin
  where      blueprints/sample.yaml:9: x-berth.platform.admin
  what       it is missing
  allowed    letters, digits and _; no digit first`,
    ],
    [
      "is not what it should be",
      (text) => text.replace(/platform: .*/, "platform: db"),
      `
✗ config-invalid  x-berth.platform
  where      blueprints/sample.yaml:9: x-berth.platform
  what       found "db"
  allowed    { server, pool, network, admin, lookup, poolSize, clients, tenantClients, relay }`,
    ],
    [
      "has a database on a service that is not there",
      (text) => text.replace(/platform: .*/, "database: { server: dbb }"),
      `
✗ config-invalid  x-berth.database.server
  where      blueprints/sample.yaml:9: x-berth.database.server
  what       there is no service dbb
  allowed    db, pool
  remedy     write db for dbb`,
    ],
    [
      "counts sessions of a service that is not there",
      (text) => text.replace(/platform: .*/, "database: { server: db, connections: { app: 5 } }"),
      `
✗ config-invalid  x-berth.database.connections.app
  where      blueprints/sample.yaml:9: x-berth.database.connections.app
  what       there is no service app
  allowed    db, pool`,
    ],
    [
      "has sessions that are no number",
      (text) => text.replace(/platform: .*/, "database: { server: db, connections: { pool: few } }"),
      `
✗ config-invalid  x-berth.database.connections.pool
  where      blueprints/sample.yaml:9: x-berth.database.connections.pool
  what       found "few"
  allowed    a number of sessions, for example 10`,
    ],
    [
      "has a database that is none",
      (text) => text.replace(/platform: .*/, "database: postgres"),
      `
✗ config-invalid  x-berth.database
  where      blueprints/sample.yaml:9: x-berth.database
  what       found "postgres"
  allowed    { server, connections, clients }`,
    ],
    [
      "gives a service a config that is not there",
      (text) => text.replace("image: b", "image: b, configs: [cc]"),
      `
✗ config-invalid  services.pool.configs[0]
  where      blueprints/sample.yaml:3: services.pool.configs[0]
  what       there is no config cc
  allowed    c
  remedy     write c for cc`,
    ],
    [
      "has a config without a text",
      (text) => text.replace('{ content: "x" }', "{ }"),
      `
✗ config-invalid  configs.c
  where      blueprints/sample.yaml:6: configs.c
  what       found {}
  allowed    content, file, environment or external`,
    ],
  ])("%s", (_, change, text) => {
    const findings = findingsFrom(stackWith("berth:prefix: b"), { stack: "b", blueprintYaml: offering(change) });
    expect(findings.map(findingText).join("\n")).toBe(text.slice(1));
  });
});
