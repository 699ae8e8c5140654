import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth } from "../pure/cli/berth.ts";
import { cleanUp, docker } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers } from "./engine.ts";
import { succeeds, Tenancy } from "./tenancy.ts";

/** A platform that went down, moved or got another password, and its tenants, brought back by plain commands. */
describe.skipIf(!engineAnswers)("a platform that is not where the state says", () => {
  let site: Tenancy;
  const env = {
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    DOCKER_HOST: process.env["DOCKER_HOST"],
  };
  const run = (...args: string[]) => berth(site.project.root, args, { env });
  const server = () => docker.getContainer(`${site.platform}_postgres`);
  const file = (stack: string): string => readFileSync(join(site.project.root, `Pulumi.${stack}.yaml`), "utf8");
  /** Rows of a tenant's page: it answers, and by the database that it had. */
  const rows = async (key: string): Promise<unknown> => ((await site.page(key)) as { rows: number }).rows;

  beforeAll(async () => {
    site = await Tenancy.make({ tenants: ["a", "b"] });
    await succeeds(site.up("platform"));
    await site.bringUp("a", "b");
    for (const key of ["a", "b"]) await site.visit(key);
  });
  afterAll(async () => {
    await site?.project.destroy();
    await cleanUp();
  });

  it("prints a generated password on request, and nothing beside it", async () => {
    const { stdout, stderr } = await succeeds(run("secrets", "platform", "POSTGRES_PASSWORD"));
    expect([stdout, stderr]).toEqual([await site.superuserPassword(), ""]);
  });

  it.each(["stopped", "removed"])("is brought back by `up` when its PostgreSQL was %s", async (how) => {
    if (how === "stopped") await server().stop();
    else await server().remove({ force: true });
    const tenant = await run("up", "a");
    expect(tenant.code, tenant.stdout).toBe(3);
    expect(tenant.stdout).toContain(`PostgreSQL does not answer at 127.0.0.1:${site.ports["server"]}`);
    expect(tenant.stdout).toMatch(/remedy +berth up platform\n/);
    const destroyed = await run("destroy", "b", "--yes", "--data");
    expect(destroyed.code, destroyed.stdout).toBe(3);
    expect(destroyed.stdout).toContain(
      `the database ${site.database("b")} cannot be deleted now, so nothing of b was removed`,
    );
    expect(destroyed.stdout).toMatch(/remedy +berth up platform\n/);
    expect((await docker.getContainer(`${site.prefixes["b"]}_app`).inspect()).State.Running).toBe(true);
    const shown = await succeeds(run("preview", "platform"));
    expect(shown.stdout).toContain("its roles and databases are left as they are");
    await succeeds(run("up", "platform"));
    await succeeds(run("up", "a"));
    expect(await rows("a")).toBe(1);
    await site.isClean("platform", "a", "b");
  });

  it("keeps its tenants when it moves to another port and gets another password", async () => {
    const port = await freePort();
    await succeeds(run("config", "set", "--path", "berth:ports.postgres.port", String(port), "-s", "platform"));
    await site.giveSecret("platform", "POSTGRES_PASSWORD", "another one for a live platform");
    await site.giveSecret("platform", "DATABASE_ADMIN_PASSWORD", "another one for its tenants' stacks");
    await succeeds(run("up", "platform"));
    (site.ports as Record<string, number>)["server"] = port;
    expect(await site.superuserPassword()).toBe("another one for a live platform");
    await succeeds(run("up", "a"));
    expect(await rows("a")).toBe(1);
    await site.isClean("a");
  });

  it("stops after its tenants, and `start` brings all of them back", async () => {
    const asked = await run("stop", "platform");
    expect([asked.code, file("platform").includes("running")]).toEqual([2, false]);
    expect(asked.stderr).toContain("a, b have their databases there. Stop a, b and then platform?");
    await succeeds(run("stop", "platform", "-y"));
    expect(file("b")).toContain('berth:running: "false" # stopped with platform');
    expect((await server().inspect()).State.Running).toBe(false);
    await succeeds(run("start", "platform"));
    expect([file("a"), file("b"), file("platform")].join("")).not.toContain("running");
    expect(await rows("b")).toBe(1);
  });

  it("is not removed as long as it hosts databases", async () => {
    const { code, stdout } = await run("destroy", "platform", "--yes");
    expect([code, (await server().inspect()).State.Running]).toEqual([1, true]);
    expect(stdout).toContain(`hosts the database ${site.database("a")} of a`);
    expect(stdout).toMatch(/remedy +berth stop platform\n/);
  });

  it("hands a tenant whose state was lost its database back, once its stack adopts it", async () => {
    const left = await docker.listContainers({ all: true, filters: { name: [`${site.prefixes["a"]}_`] } });
    for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
    await docker.getNetwork(`${site.prefixes["a"]}_default`).remove();
    await succeeds(site.pulumi("stack", "rm", "a", "--force", "--yes", "--preserve-config"));
    await succeeds(site.pulumi("stack", "init", "a"));
    const adoption = "pulumi config set --path 'berth:adopt[0]' database -s a";
    expect((await site.preview("a")).stdout).toContain(`remedy     ${adoption}`);
    await succeeds(site.project.shell(adoption));
    // The data in its volumes was created with these; the password of its role is replaced.
    for (const name of ["ADMIN_PASSWORD", "JWT_SECRET"])
      await site.giveSecret("a", name, "one that a backup has and nobody else, of forty characters");
    await succeeds(site.up("a"));
    expect(await rows("a")).toBe(1);
    await succeeds(site.up("a"));
    await site.isClean("a");
  });
});
