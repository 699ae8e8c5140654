import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker } from "../host/docker.ts";
import { engineAnswers } from "./engine.ts";
import { ambush, beyond, strike } from "./hostile.ts";
import { succeeds, Tenancy } from "./tenancy.ts";

/** After a moment at which something privileged is at work: what the hostile tenant has got out of it. */
interface Outcome {
  readonly "its code ran as": string;
  readonly "has rights": string;
  readonly "is member of": string;
  readonly "at the neighbour's": string;
}

describe.skipIf(!engineAnswers)("a tenant that lies in wait in its own database", () => {
  let site: Tenancy;
  const outcomes: Record<string, Outcome> = {};
  /** From when on the log counts, in seconds. */
  let since = 0;

  beforeAll(async () => void (site = await Tenancy.make({ tenants: ["a", "b"] })));
  afterAll(async () => {
    console.table(outcomes);
    await site?.project.destroy();
    await cleanUp();
  });

  const berth = (line: string) => site.project.shell(`node dist/cli.cjs ${line}`);
  const asRoot = (query: string): Promise<string> => site.ask("postgres", "postgres", "server", query);

  async function strikes(): Promise<string> {
    const log = docker.getContainer(`${site.platform}_postgres`).logs({ stdout: true, stderr: true, since });
    const found = [...(await log).toString().matchAll(strike)].map(([, who, what]) => `${who} (${what})`);
    return [...new Set(found)].join(", ") || "nobody else";
  }

  async function outcome(): Promise<Outcome> {
    const attributes = ["rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"];
    const rights = attributes.map((name) => `case when ${name} then '${name}' end`).join(", ");
    const role = `from pg_roles where rolname = '${site.user("a")}'`;
    const groups = `select string_agg(roleid::regrole::text, ',') as answer from pg_auth_members where member::regrole::text = '${site.user("a")}'`;
    return {
      "its code ran as": await strikes(),
      "has rights": (await asRoot(`select concat_ws(',', ${rights}) as answer ${role}`)) || "none",
      "is member of": (await asRoot(groups)) || "nothing",
      "at the neighbour's": await site.ask("a", site.database("b"), "server"),
    };
  }

  const harmless = (): Outcome => ({
    "its code ran as": "nobody else",
    "has rights": "none",
    "is member of": "nothing",
    "at the neighbour's": `permission denied for database "${site.database("b")}"`,
  });

  it("is up beside a neighbour", async () => {
    await succeeds(site.up("platform"));
    await site.bringUp("a", "b");
  });

  it("may prepare its database, and nothing beyond that", async () => {
    const [database, user] = [site.database("a"), site.user("a")];
    for (const step of ambush(database, user)) expect(await site.ask("a", database, "server", step), step).toBe("");
    for (const [step, refusal] of Object.entries(beyond(database, user)))
      expect(await site.ask("a", database, "server", step), step).toMatch(refusal);
  });

  it("sets no time limit for those that administer it", async () => {
    const database = site.database("a");
    await site.ask("a", database, "server", `alter database ${database} set statement_timeout = '1ms'`);
    expect(
      await site.ask("postgres", database, "server", "select current_setting('statement_timeout') as answer"),
    ).toBe("0");
    await site.ask("postgres", database, "server", `alter database ${database} reset statement_timeout`);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["preview", () => succeeds(site.preview("a"))],
    ["refresh", () => succeeds(site.pulumi("refresh", "--yes", "--stack", "a"))],
    ["up", () => succeeds(site.up("a"))],
    ["up of the platform", () => succeeds(site.up("platform"))],
    ["berth drift", () => berth("drift")],
    ["berth status", () => berth("status")],
    ["a job", () => berth("run migrate -s a")],
    ["a login at the pool", () => site.renewPool("a")],
  ])("gets nothing out of %s", async (moment, run) => {
    await run();
    expect((outcomes[moment] = await outcome())).toEqual(harmless());
  });

  it("is reported, with commands that clear its settings away", async () => {
    const { code, stdout } = await berth("drift a");
    expect(code).not.toBe(0);
    expect(stdout).toContain("gives every session search_path=evil, pg_catalog, public");
    expect(stdout).toContain(`begins its sessions with search_path=evil, pg_catalog, public in ${site.database("a")}`);
    const remedies = [...stdout.matchAll(/^ +remedy +(docker exec .*?) && /gm)].map(([, command = ""]) => command);
    for (const remedy of remedies) await succeeds(site.project.shell(remedy));
    expect((await berth("drift a")).stdout).not.toContain("search_path");
    for (const step of ambush(site.database("a"), site.user("a")).slice(-3))
      await site.ask("a", site.database("a"), "server", step);
  });

  it("would have got all of it from a superuser without a search path of its own", async () => {
    await asRoot("alter role postgres reset search_path");
    await site.ask("postgres", site.database("a"), "server", "select pg_advisory_xact_lock(oid::bigint) from pg_roles");
    const got = await outcome();
    expect([got["its code ran as"], got["has rights"]]).toEqual([
      expect.stringContaining("postgres (view_pg_roles)"),
      expect.stringContaining("rolsuper"),
    ]);
    const { stdout } = await berth("drift");
    expect(stdout).toContain("lacks search_path=pg_catalog, pg_temp");
    expect(stdout).toContain("has the rights superuser");
    const refused = await site.preview("a");
    expect(refused.code).not.toBe(0);
    const remedy = /^ +remedy +(docker exec .*NOSUPERUSER.*?) && /m.exec(refused.stdout)?.[1] ?? "";
    await succeeds(site.project.shell(remedy));
    await succeeds(site.up("platform"));
    since = Math.ceil(Date.now() / 1000) + 1;
    const settings = "array(select unnest(rolconfig) from pg_roles where rolname = 'postgres' order by 1)";
    expect(await asRoot(`select array_to_string(${settings}, '; ') as answer`)).toBe(
      "lock_timeout=0; search_path=pg_catalog, pg_temp; statement_timeout=0",
    );
  });

  it("is destroyed, and gets nothing out of that either", async () => {
    await succeeds(site.pulumi("state", "unprotect", "--all", "--yes", "--stack", "a"));
    await succeeds(site.pulumi("destroy", "--yes", "--skip-preview", "--stack", "a"));
    const { "its code ran as": ran, "has rights": rights } = (outcomes["destroy"] = await outcome());
    expect([ran, rights]).toEqual(["nobody else", "none"]);
  });
});
