import { afterEach, describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { observeHost } from "../../../src/host/observe-host.ts";
import { seenOf } from "../../../src/host/seen.ts";
import { type Fake, fakeDocker, type Replies, status } from "../docker/fake-docker.ts";

const labels = { "berth.stack": "o/p/shop", "berth.service": "app" };
const listed = { Id: "1", Names: ["/shop_app"], Labels: labels };
const inspected = {
  Id: "1",
  Image: "sha256:1",
  Config: { Labels: labels },
  NetworkSettings: {},
  Name: "/shop_app",
  RestartCount: 2,
  State: {
    Status: "running",
    ExitCode: 0,
    Error: "",
    OOMKilled: false,
    StartedAt: "2030-01-01T12:00:00Z",
    Health: { Status: "unhealthy", Log: [{ Output: "old" }, { Output: "GET /\n\x1b[31mno database\u0007\r\n\n" }] },
  },
  HostConfig: { NanoCpus: 500_000_000, Memory: 1000 },
};
const measured = (read: string, total_usage: number, usage = 500) => ({
  read,
  cpu_stats: { cpu_usage: { total_usage } },
  memory_stats: { usage, stats: { total_inactive_file: 100 } },
});

describe("a look at how deployments are", () => {
  let fake: Fake;
  afterEach(() => fake.close());

  const stats = "/containers/1/stats?stream=false&one-shot=true";
  async function look(replies: Replies, wait?: () => Promise<void>, id = "o/p/shop") {
    fake = await fakeDocker({
      "/containers/json?all=1": [listed, { Id: "2", Names: ["/other"] }],
      "/volumes": { Volumes: [{ Labels: labels }, { Labels: labels }, { Labels: null }] },
      "/containers/1/json": inspected,
      ...replies,
    });
    const about = [{ id, containers: [] } as unknown as Realization];
    const seen = seenOf(
      await observeHost(endpointAt(fake.endpoint), { about, scope: "about", images: false, wait, timeout: 2000 }),
    );
    if (seen.kind !== "seen") throw new Error(seen.reason);
    return seen;
  }

  it("tells of a container what its state is made from, and of the probe its last line without what a terminal obeys", async () => {
    const seen = await look({});
    expect(seen).toMatchObject({ capacity: { cpus: 4, memory: 8_000_000_000 }, unseen: [], volumesOf: ["o/p/shop"] });
    expect(seen.containers).toEqual([
      {
        id: "1",
        name: "shop_app",
        deployment: "o/p/shop",
        service: "app",
        state: "running",
        exitCode: 0,
        error: "",
        outOfMemory: false,
        restarts: 2,
        startedAt: Date.parse("2030-01-01T12:00:00Z"),
        health: { status: "unhealthy", output: "[31mno database" },
        cpus: 0.5,
        memory: 1000,
      },
    ]);
  });

  it("measures between two looks, a second apart, and leaves out what is only cached", async () => {
    let after = false;
    const answers = (response: Parameters<ReturnType<typeof status>>[0]): void =>
      void response.end(
        JSON.stringify(
          after ? measured("2030-01-01T12:00:02Z", 1_500_000_000) : measured("2030-01-01T12:00:00Z", 1_000_000_000),
        ),
      );
    const waits: unknown[] = [];
    const { containers, notLookedAt } = await look({ [stats]: answers }, (...time: unknown[]) => {
      waits.push(...time);
      after = true;
      return Promise.resolve();
    });
    expect([containers[0]?.use, waits, notLookedAt]).toEqual([{ cpus: 0.25, memory: 400 }, [1000], []]);
  });

  it("says what could not be measured", async () => {
    const { containers, notLookedAt } = await look({ [stats]: status(500, '{"message":"no cgroup"}') }, async () => {});
    expect(containers[0]?.use).toBeUndefined();
    expect(notLookedAt).toEqual([{ what: `what shop_app uses of ${fake.endpoint}`, why: "no cgroup" }]);
  });

  it("keeps what is listed and cannot be described apart from what is gone", async () => {
    const broken = await look({ "/containers/1/json": status(500, '{"message":"broken"}') });
    expect([broken.containers, broken.unseen]).toEqual([
      [],
      [{ name: "shop_app", deployment: "o/p/shop", why: "HTTP 500: broken" }],
    ]);
    await fake.close();
    const gone = await look({ "/containers/1/json": status(404, "{}") });
    expect([gone.containers, gone.unseen]).toEqual([[], []]);
  });

  it("asks for no container of a deployment that nobody wants to know of", async () => {
    const seen = await look({ "/containers/1/json": status(500, "{}") }, undefined, "o/p/other");
    expect([seen.containers, seen.unseen]).toEqual([[], []]);
  });

  it("is a reason where the host does not answer", async () => {
    fake = await fakeDocker({ "/info": status(500, '{"message":"no"}') });
    expect(seenOf(await observeHost(endpointAt(fake.endpoint)))).toMatchObject({
      kind: "unreachable",
      reason: "GET /info was answered with HTTP 500: no",
    });
  });
});
