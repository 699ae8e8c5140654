import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDatabaseImages } from "../../scripts/images/database-images.ts";
import { makeRecordsImage } from "../../scripts/images/records-image.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { clinicFile } from "./clinic.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";
import { image } from "./tenancy.ts";

describe.skipIf(!engineAnswers)("the healthcare stack on a small host", () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-healthcare-"));
  const prefix = uniqueName("hc");
  const network = `10.239.${process.pid % 256}`;
  let project: TemporaryProject;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const images = await makeDatabaseImages();
    await makeRecordsImage({ tag: image("1"), version: "1" });
    const clinic = clinicFile({ prefix, port, folder, images, subnet: `${network}.0/26`, replicas: 2 });
    project = await temporaryProject({ stacks: { clinic } });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  const inspect = async (key: string) => docker.getContainer(`${prefix}_${key}`).inspect();
  const output = async (key: string, command: string[]): Promise<string> =>
    execFileSync("docker", ["exec", `${prefix}_${key}`, ...command], { encoding: "utf8" }).trim();

  it("comes up healthy, one after the other, with all that the blueprint says", async () => {
    const { code, stdout } = await project.pulumi(["up", "--yes", "-s", "clinic"]);
    expect(code, stdout).toBe(0);
    expect(await (await fetch(`http://localhost:${port}/health`)).json()).toMatchObject({ status: "ok" });
    for (const key of ["postgres", "dragonfly", "api", "worker", "worker_2"])
      expect((await inspect(key)).State.Health?.Status, key).toBe("healthy");
    const [migrate, api] = [await inspect("migrate"), await inspect("api")];
    expect(migrate.State.ExitCode).toBe(0);
    expect(Date.parse(migrate.State.FinishedAt)).toBeLessThan(Date.parse(api.State.StartedAt));
    expect(api.NetworkSettings.Networks[`${prefix}_app`]?.IPAddress).toBe(`${network}.5`);
    expect(await output("api", ["sh", "-c", "echo $NODE_OPTIONS"])).toBe("--max-old-space-size=192");
    expect(await output("dragonfly", ["cat", "/proc/sys/net/core/somaxconn"])).toBe("2048");
    expect(await output("dragonfly", ["redis-cli", "config", "get", "maxmemory"])).toContain(String(128 * 1024 ** 2));
    expect(await output("postgres", ["psql", "-U", "postgres", "-d", "userdb", "-Atc", "show max_connections"])).toBe(
      "120",
    );
    expect(statSync(join(folder, prefix)).uid).toBe(1001);
  });

  it("has two workers beside each other, who do what is in the queue", async () => {
    const { NetworkSettings: settings } = await inspect("worker_2");
    expect(settings.Networks[`${prefix}_app`]).toMatchObject({
      IPAddress: `${network}.7`,
      Aliases: expect.arrayContaining(["worker"]),
    });
    const clients = await output("dragonfly", ["redis-cli", "client", "list"]);
    expect(clients).toContain(`addr=${network}.6:`);
    expect(clients).toContain(`addr=${network}.7:`);
    const rows = async (): Promise<number> =>
      ((await (await fetch(`http://localhost:${port}/info`)).json()) as { rows: number }).rows;
    for (const job of ["a", "b", "c"]) await fetch(`http://localhost:${port}/jobs`, { method: "POST", body: job });
    for (let tries = 0; tries < 1_000 && (await rows()) < 3; tries += 1);
    expect(await rows()).toBe(3);
  });

  it("names a guest of its network that has one of its addresses, and its remedy works", async () => {
    const guest = uniqueName("guest");
    await docker.getContainer(`${prefix}_worker_2`).stop();
    const container = await docker.createContainer({ name: guest, Image: await tinyImage() });
    await container.start();
    const attached = { Container: guest, EndpointConfig: { IPAMConfig: { IPv4Address: `${network}.7` } } };
    await docker.getNetwork(`${prefix}_app`).connect(attached);
    const { code, stdout } = await project.pulumi(["preview", "-s", "clinic"]);
    expect(code).not.toBe(0);
    expect(stdout).toContain(`address-in-use  ${network}.7 in ${prefix}_app`);
    const [remedy = ""] = /docker network disconnect \S+ \S+/.exec(stdout) ?? [];
    expect(await project.shell(remedy)).toMatchObject({ code: 0 });
    const up = await project.pulumi(["up", "--yes", "-s", "clinic"]);
    expect(up.code, up.stdout).toBe(0);
    expect((await inspect("worker_2")).State.Running).toBe(true);
  });

  it("does not drift by itself", async () => {
    const { code, stdout } = await project.pulumi(["refresh", "--preview-only", "--expect-no-changes", "-s", "clinic"]);
    expect(code, stdout).toBe(0);
  });

  it("a weak secret and a missed point stop the preview together, and no text of a secret is told", async () => {
    await project.shell(
      "printf Needle-0123456789-needle-012345 | pulumi config set --secret --path berth:secrets.JWT_SECRET -s clinic",
      {
        env: { PULUMI_CONFIG_PASSPHRASE: "x" },
      },
    );
    await project.pulumi(["config", "set", "--path", "berth:settings.SESSION_SAME_SITE", "lax", "-s", "clinic"]);
    const { code, stdout, stderr } = await project.pulumi(["preview", "-s", "clinic"]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("the secret JWT_SECRET has 31 characters, at least 32");
    expect(stdout).toContain('session cookies stay on this site: found "lax"');
    expect(stdout).toContain("2 mistakes; nothing was changed");
    expect(stdout + stderr).not.toMatch(/needle/i);
  });
});
