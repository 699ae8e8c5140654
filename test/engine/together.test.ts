import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { clinicFile, type Clinic } from "./clinic.ts";
import { engineAnswers } from "./engine.ts";
import { succeeds, Tenancy } from "./tenancy.ts";

/** Passwords that are a file of PostgreSQL's container, and a part of the address in an app's environment, have all of these. */
const everySign = `0 !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`;

/** Everything on one small host at once: a platform, three tenants and a healthcare stack. */
describe.skipIf(!engineAnswers)("a platform, three tenants and a healthcare stack side by side", () => {
  const tenants = ["a", "b", "c"];
  const folder = mkdtempSync(join(tmpdir(), "berth-test-together-"));
  const subnet = `10.238.${process.pid % 256}`;
  let clinic: Clinic;
  let site: Tenancy;

  beforeAll(async () => {
    const port = await freePort();
    site = await Tenancy.make({
      tenants: [...tenants, "d"],
      declared: tenants,
      stacks: (images) => {
        clinic = { prefix: uniqueName("hc"), port, folder, images, subnet: `${subnet}.0/26` };
        return { clinic: clinicFile(clinic) };
      },
    });
  });
  afterAll(async () => {
    await site?.project.destroy();
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  const clinicPage = async (): Promise<unknown> => (await fetch(`http://127.0.0.1:${clinic.port}/info`)).json();

  /** What the preview of a stack says that has this file, for as long as it has it. */
  async function refusal(stack: string, text: string): Promise<string> {
    writeFileSync(join(site.project.root, `Pulumi.${stack}.yaml`), text);
    try {
      await succeeds(site.pulumi("stack", "init", stack));
      const { code, stdout } = await site.preview(stack);
      expect(code, stdout).not.toBe(0);
      return stdout;
    } finally {
      rmSync(join(site.project.root, `Pulumi.${stack}.yaml`));
    }
  }

  it("come up, and each writes into a database of its own, the tenants through the pool", async () => {
    await site.giveSecret("platform", "POSTGRES_PASSWORD", `file ${everySign}`);
    await site.giveSecret("a", "DATABASE_PASSWORD", `address ${everySign}`);
    await succeeds(site.up("platform"));
    await site.bringUp(...tenants);
    expect(site.passwords.get("a")).toBe(`address ${everySign}`);
    await succeeds(site.up("clinic"));
    for (const [index, key] of tenants.entries()) {
      for (let count = 0; count <= index; count += 1) expect((await site.visit(key)).ok).toBe(true);
      expect(await site.page(key)).toMatchObject({
        rows: index + 1,
        database: { name: site.database(key), pooled: true },
      });
    }
    await fetch(`http://127.0.0.1:${clinic.port}/visits`, { method: "POST" });
    expect(await clinicPage()).toMatchObject({ rows: 1, database: { name: "userdb", address: "postgres:5432" } });
  });

  it("have nothing to change afterwards, and nothing has drifted", async () => {
    await site.isClean("platform", ...tenants, "clinic");
    const { stdout } = await succeeds(site.project.shell("node dist/cli.cjs drift"));
    expect(stdout).toMatch(/no drift$/m);
  });

  it("reach no database but their own", async () => {
    const { found, expected } = await site.isolation(...tenants);
    console.log(found);
    expect(found).toEqual(expected);
  });

  it("leave no room for a fourth tenant's sessions, with everybody's figures", async () => {
    const told = await refusal("d", site.file("d"));
    expect(told).toContain(`connections-over-budget  36 of 31 at ${site.platform}_postgres`);
    expect(told).toMatch(/may be open at once: platform 8 \(.*\), a 7 \(.*\), b 7 \(.*\), c 7 \(.*\), d 7/);
  });

  it("leave no room for a second healthcare stack's memory, with everybody's figures", async () => {
    const port = await freePort();
    const greedy = { ...clinic, prefix: uniqueName("hc"), port, folder: join(folder, "2"), reserved: "8G" };
    const told = await refusal("clinic-2", clinicFile({ ...greedy, subnet: `${subnet}.64/26` }));
    expect(told).toMatch(/memory-over-capacity {2}32\.\d+ GB of [\d.]+ GB/);
    expect(told).toMatch(/what +reserved: clinic-2 32 GB, clinic 128 MB/);
  });

  it("leave no room for an overlapping subnet, and the one that is offered fits", async () => {
    const port = await freePort();
    const other = { ...clinic, prefix: uniqueName("hc"), port, folder: join(folder, "3") };
    mkdirSync(other.folder);
    const told = await refusal("clinic-3", clinicFile({ ...other, subnet: `${subnet}.0/24` }));
    expect(told).toContain(`subnet-overlap  ${subnet}.0/24`);
    const offered = /berth:subnets\.app (\S+) -s clinic-3/.exec(told)?.[1] ?? "none";
    writeFileSync(join(site.project.root, "Pulumi.clinic-3.yaml"), clinicFile({ ...other, subnet: offered }));
    await succeeds(site.preview("clinic-3"));
    rmSync(join(site.project.root, "Pulumi.clinic-3.yaml"));
  });

  it("lose no request of a pooled client while PostgreSQL is replaced", async () => {
    const load = site.load(...tenants);
    await succeeds(site.pulumi("config", "set", "--path", "berth:settings.WORK_MEM", "4MB", "--stack", "platform"));
    await succeeds(site.up("platform"));
    for (const settled = load.answered(); load.answered() < settled + 30;) await site.visit("b");
    expect(await load.end()).toEqual([]);
    await site.isClean("platform", "a");
  });

  it("come up in the next try where PostgreSQL was restarted in the middle of an up", async () => {
    await succeeds(
      site.pulumi("config", "set", "--path", "berth:settings.MAX_CONNECTIONS", "50", "--stack", "platform"),
    );
    await succeeds(site.up("platform"));
    writeFileSync(join(site.project.root, "Pulumi.d.yaml"), site.file("d"));
    const bringing = site.up("d");
    const isMade = `select count(*) as answer from pg_database where datname = '${site.database("d")}'`;
    while ((await site.ask("postgres", "postgres", "server", isMade)) !== "1");
    await docker.getContainer(`${site.platform}_postgres`).restart();
    await bringing;
    await succeeds(site.up("d"));
    expect((await site.visit("d")).ok).toBe(true);
    expect(await site.page("d")).toMatchObject({ rows: 1, database: { name: site.database("d"), pooled: true } });
    await site.isClean("d");
  });

  it("are told in a sentence where the password of PostgreSQL was changed by hand", async () => {
    await site.ask("postgres", "postgres", "server", "alter role berth_admin password 'other'");
    const { code, stdout } = await site.project.shell("node dist/cli.cjs preview a");
    expect(code).toBe(1);
    expect(stdout).toContain("refuses the password that the stack platform holds");
    expect(stdout).not.toContain("sdk.helper_schema");
  });
});
