import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { endpointAt } from "../endpoint-at.ts";
import { makeDatabaseImages } from "../../scripts/images/database-images.ts";
import { makeSampleImage } from "../../scripts/images/sample-image.ts";
import type { Realization } from "../../src/deployment/realization.ts";
import { containerLabels } from "../../src/deployment/labels.ts";
import { composeFiles } from "../../src/export/compose.ts";
import { observeSessions } from "../../src/inventory/observe-databases.ts";
import { observeHost, type ObserveOptions } from "../../src/host/observe-host.ts";
import { type Look, seenOf } from "../../src/host/seen.ts";
import { randomText } from "../../src/engine/secret-texts.ts";
import { statusOf } from "../../src/status/state.ts";
import { usesOf } from "../../src/status/use.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { compose, runCompose, write } from "./compose.ts";
import { exec, start } from "./containers.ts";
import { cleanUp, docker, dockerAnswers, endpoint, tinyImage, uniqueName } from "./docker.ts";
import { freePort } from "./free-port.ts";

const seen = async (deployment: Realization, options: ObserveOptions = {}): Promise<Look> =>
  seenOf(await observeHost(endpointAt(endpoint), { about: [deployment], scope: "about", images: false, ...options }));
const patience = { timeout: 30_000, interval: 100 };

describe.skipIf(!dockerAnswers)("the state of a deployment on a real Docker", () => {
  const prefix = uniqueName("berth_status");
  const deployment = deploymentFrom(`config: { berth:prefix: ${prefix} }`, {
    stack: prefix,
    blueprintYaml: 'services: { app: { image: "berth-test-tiny:1", network_mode: bridge } }\n',
  });
  const [app] = deployment.containers;

  beforeAll(async () => void (await tinyImage()));
  afterEach(cleanUp);

  const look = (wait?: (time: number) => Promise<unknown>) => seen(deployment, { wait });
  const status = async (): Promise<[string, string | undefined]> => {
    const { state, reason } = statusOf(deployment, await look());
    return [state, reason];
  };
  const make = (command: string, { HostConfig, ...options }: Docker.ContainerCreateOptions = {}) =>
    start(`${prefix}_app`, "berth-test-tiny:1", {
      Cmd: ["sh", "-c", command],
      Labels: containerLabels(deployment, app!),
      StopTimeout: 0,
      HostConfig: { RestartPolicy: { Name: "unless-stopped" }, Init: true, ...HostConfig },
      ...options,
    });

  it("follows what a person and a crash do", async () => {
    expect(await status()).toEqual(["never started", undefined]);
    const container = await make("exec sleep 1000");
    expect(await status()).toEqual(["online", undefined]);
    await container.pause();
    expect(await status()).toEqual(["stopped", `${prefix}_app is paused`]);
    await container.unpause();
    await crash(container);
    await vi.waitFor(async () => expect((await container.inspect()).RestartCount).toBe(1), patience);
    await vi.waitFor(async () => expect(await status()).toEqual(["online", undefined]), patience);
    // Killed within the same moment, Docker may miss its exit code and report 255.
    await container.stop({ t: 5 });
    expect(await status()).toEqual(["stopped", expect.stringMatching(/_app is stopped \(exit code (137|143)\)$/)]);
  });

  it("is errored where a container has lost its network", async () => {
    const name = `${prefix}_net`;
    const networked = deploymentFrom(`config: { berth:prefix: ${name} }`, {
      stack: name,
      blueprintYaml: 'services: { app: { image: "berth-test-tiny:1" } }\n',
    });
    const network = await docker.createNetwork({ Name: `${name}_default` });
    const Labels = containerLabels(networked, networked.containers[0]!);
    const HostConfig = { NetworkMode: `${name}_default`, Init: true };
    const container = await start(`${name}_app`, "berth-test-tiny:1", { Labels, HostConfig, StopTimeout: 0 });
    const state = async () => {
      const { state: found, reason } = statusOf(networked, await seen(networked));
      return [found, reason];
    };
    expect(await state()).toEqual(["online", undefined]);
    await network.disconnect({ Container: container.id, Force: true });
    await network.remove();
    expect(await state()).toEqual(["errored", `${name}_app is not attached to the network ${name}_default`]);
  });

  it("tells what a container that ends, fails its probe or does not come up ended with", async () => {
    await make("exit 3", { HostConfig: { RestartPolicy: { Name: "no" } } });
    await vi.waitFor(
      async () => expect(await status()).toEqual(["errored", `${prefix}_app ended with exit code 3`]),
      patience,
    );
    await cleanUp();
    await make("exit 4");
    await vi.waitFor(
      async () => expect(await status()).toEqual(["errored", `${prefix}_app restarts again and again (exit code 4)`]),
      patience,
    );
    await cleanUp();
    const Test = ["CMD-SHELL", "echo looked; echo no database; exit 1"];
    await make("exec sleep 1000", { Healthcheck: { Test, Interval: 1e8, Timeout: 1e9, Retries: 1, StartPeriod: 0 } });
    await vi.waitFor(
      async () => expect(await status()).toEqual(["errored", `${prefix}_app is unhealthy: no database`]),
      patience,
    );
  });

  it("measures CPU and memory against the limits", async () => {
    const container = await make("while :; do :; done", { HostConfig: { Memory: 64 * 1024 ** 2, NanoCpus: 1e8 } });
    await exec(container, ["dd", "if=/dev/zero", "of=/dev/shm/filler", "bs=1M", "count=55"]);
    const seen = await look(sleep);
    if (seen.kind !== "seen") throw new Error(seen.reason);
    const [cpu, memory] = usesOf(deployment, seen);
    expect(cpu).toMatchObject({ kind: "cpu", limit: 0.1, level: "critical" });
    expect(cpu?.used).toBeLessThan(0.2);
    expect(memory).toMatchObject({ kind: "memory", limit: 64 * 1024 ** 2, level: "scale" });
  });
});

describe.skipIf(!dockerAnswers || compose === undefined)("a crash of what the blueprint starts", () => {
  const prefix = uniqueName("berth_crash");
  const root = mkdtempSync(join(tmpdir(), "berth-crash-"));
  afterAll(async () => {
    await cleanUp();
    rmSync(root, { recursive: true });
  });

  it("is over by itself: the container is started again, and gets healthy", async () => {
    const image = "berth-test-eqmd:1";
    await makeSampleImage({ tag: image, version: "1.0" });
    const stackYaml = `config:
  berth:prefix: ${prefix}
  berth:images: { app: "${image}" }
  berth:ports: { app: ${await freePort()} }
  berth:settings: { STATIC_ROOT: "${root}" }`;
    const deployment = deploymentFrom(stackYaml, { stack: prefix });
    const file = write(root, composeFiles(deployment, { SECRET_KEY: randomText(50) }));
    await runCompose(root, "-p", prefix, "-f", file, "up", "-d");
    const status = async () => statusOf(deployment, await seen(deployment));
    await vi.waitFor(
      async () => expect(await status()).toEqual(expect.not.objectContaining({ reason: expect.anything() })),
      patience,
    );
    const app = docker.getContainer(`${prefix}_app`);
    await crash(app);
    await vi.waitFor(async () => expect((await app.inspect()).RestartCount).toBe(1), patience);
    await vi.waitFor(async () => expect((await app.inspect()).State.Health?.Status).toBe("healthy"), patience);
    expect(await status()).toMatchObject({ state: "online" });
  });
});

describe.skipIf(!dockerAnswers)("sessions at a real PostgreSQL", () => {
  const name = uniqueName("berth_sessions");
  afterAll(cleanUp);

  it("are counted by role and database, without the one that asks", async () => {
    const { postgres: image } = await makeDatabaseImages();
    const port = await freePort();
    const password = randomText(24);
    const server = await start(name, image, {
      Env: [`POSTGRES_PASSWORD=${password}`],
      Cmd: ["postgres", "-c", "max_connections=17"],
      ExposedPorts: { "5432/tcp": {} },
      HostConfig: { PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: `${port}` }] } },
    });
    const ready = ["pg_isready", "-h", "127.0.0.1"];
    await vi.waitFor(async () => expect((await exec(server, ready)).code).toBe(0), patience);
    const address = { host: "127.0.0.1", port };
    const sql = `CREATE ROLE app LOGIN CONNECTION LIMIT 3 PASSWORD '${password}'; CREATE ROLE idle CONNECTION LIMIT 5`;
    expect(await exec(server, ["psql", "-U", "postgres", "-c", sql])).toMatchObject({ code: 0 });
    const clients = ["app", "app", "postgres"].map(
      (user) => new pg.Client({ ...address, user, password, database: "template1" }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    try {
      expect(await observeSessions(address, { user: "postgres", password })).toEqual({
        kind: "seen",
        maximum: 17,
        open: 3,
        roles: [
          { name: "app", database: "template1", open: 2, limit: 3 },
          { name: "idle", database: "", open: 0, limit: 5 },
          { name: "postgres", database: "template1", open: 1, limit: -1 },
        ],
      });
      expect(await observeSessions(address, { user: "postgres", password: "no" })).toMatchObject({ kind: "refused" });
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });
});

/** Kills what runs in it, but for the first process: as the kernel would, and not as Docker does for a person. */
async function crash(container: Docker.Container): Promise<void> {
  await exec(container, ["sh", "-c", "kill -9 -1"]);
}
