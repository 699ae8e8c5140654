import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

/** Images that stand in for those of the blueprint, where no registry answers. */
const images = { api: "berth-records:1.0", postgres: "berth-postgres:15", dragonfly: "berth-redis:7" };

const hasImages = (() => {
  try {
    execFileSync("docker", ["image", "inspect", ...Object.values(images)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!engineAnswers || !hasImages)("the healthcare stack on a small host", () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-healthcare-"));
  let project: TemporaryProject;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const limits = (memory: string): string =>
      `{ cpus: 0.5, memory: ${memory}, reservations: { cpus: 0.05, memory: 32M } }`;
    project = await temporaryProject({
      stacks: {
        clinic: `config:
  berth:blueprint: healthcare
  berth:prefix: hc_${process.pid}
  berth:domain: hc-${process.pid}.example
  berth:ports: { api: ${port} }
  berth:images: ${JSON.stringify(images)}
  berth:subnets: { app: 10.239.${process.pid % 256}.0/26 }
  berth:services: { api: ${limits("256M")}, worker: ${limits("256M")}, postgres: ${limits("512M")}, dragonfly: ${limits("128M")} }
  berth:settings:
    CACHE_SERVER: redis-server --appendonly yes
    APP_UID: "1001"
    APP_GID: "1001"
    LOG_ROOT: ${folder}
    TLS_DIRECTORY: ${folder}
`,
      },
    });
  });
  afterAll(async () => {
    await project.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const inspect = async (key: string) => docker.getContainer(`hc_${process.pid}_${key}`).inspect();
  const output = async (key: string, command: string[]): Promise<string> =>
    execFileSync("docker", ["exec", `hc_${process.pid}_${key}`, ...command], { encoding: "utf8" }).trim();

  it("comes up healthy, one after the other, with all that the blueprint says", async () => {
    const { code, stdout } = await project.pulumi(["up", "--yes", "-s", "clinic"]);
    expect(code, stdout).toBe(0);
    expect(await (await fetch(`http://localhost:${port}/health`)).json()).toMatchObject({ status: "ok" });
    for (const key of ["postgres", "dragonfly", "api", "worker"])
      expect((await inspect(key)).State.Health?.Status, key).toBe("healthy");
    const [migrate, api] = [await inspect("migrate"), await inspect("api")];
    expect(migrate.State.ExitCode).toBe(0);
    expect(Date.parse(migrate.State.FinishedAt)).toBeLessThan(Date.parse(api.State.StartedAt));
    expect(api.NetworkSettings.Networks[`hc_${process.pid}_app`]?.IPAddress).toBe(`10.239.${process.pid % 256}.5`);
    expect(await output("api", ["sh", "-c", "echo $NODE_OPTIONS"])).toBe("--max-old-space-size=192");
    expect(await output("dragonfly", ["cat", "/proc/sys/net/core/somaxconn"])).toBe("2048");
    expect(await output("dragonfly", ["redis-cli", "config", "get", "maxmemory"])).toContain(String(128 * 1024 ** 2));
    expect(await output("postgres", ["psql", "-U", "postgres", "-d", "userdb", "-Atc", "show max_connections"])).toBe(
      "120",
    );
    expect(statSync(join(folder, `hc_${process.pid}`)).uid).toBe(1001);
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
