import { describe, expect, it } from "vitest";
import type { Seen, SeenContainer } from "../../src/status/live.ts";
import { connectionUses, levelOf, usesOf } from "../../src/status/use.ts";
import { deploymentFrom } from "../deployment/sample.ts";

const MB = 1024 ** 2;

describe("thresholds of 70, 80 and 90 %", () => {
  it.each([
    [0, "fine"],
    [0.699, "fine"],
    [0.7, "watch"],
    [0.799, "watch"],
    [0.8, "scale"],
    [0.9, "scale"],
    [0.901, "critical"],
    [1, "critical"],
    [1.2, "critical"],
    [0.1 + 0.2 + 0.4, "watch"],
    [96 / 120, "scale"],
  ])("%d is %s", (share, level) => expect(levelOf(share)).toBe(level));
});

const deployment = deploymentFrom("config: { berth:prefix: shop }", {
  stack: "shop",
  blueprintYaml: 'services: { app: { image: "app:1" }, job: { image: "app:1" } }\nx-berth: { jobs: [job] }\n',
});

function seen(app: Partial<SeenContainer>): Seen {
  const container = {
    id: "1",
    name: "shop_app",
    deployment: deployment.id,
    service: "app",
    state: "running",
    exitCode: 0,
    error: "",
    outOfMemory: false,
    restarts: 0,
    startedAt: 0,
    cpus: 0.5,
    memory: 512 * MB,
    use: { cpus: 0.1, memory: 64 * MB },
    ...app,
  };
  const others = [
    { ...container, deployment: "o/p/other" },
    { ...container, service: "job" },
  ];
  return {
    at: 0,
    capacity: { cpus: 4, memory: 8192 * MB },
    containers: [container, ...others],
    unseen: [],
    volumesOf: [],
    notLookedAt: [],
  };
}

describe("what a service uses", () => {
  const of = (app: Partial<SeenContainer>) => usesOf(deployment, seen(app));

  it("is told of its limits, of services only", () => {
    const common = { stack: "shop", of: "shop_app", service: "app", level: "fine" };
    expect(of({})).toEqual([
      { ...common, kind: "cpu", used: 0.1, limit: 0.5, share: 0.2, shown: "0.1 of 0.5 CPUs" },
      { ...common, kind: "memory", used: 64 * MB, limit: 512 * MB, share: 0.125, shown: "64 MB of 512 MB" },
    ]);
    expect(of({ use: undefined })).toEqual([]);
  });

  const elsewhere = "the host has no more: lower what others use, or move a deployment (berth:endpoint)";
  it.each<[string, Partial<SeenContainer>, (string | undefined)[]]>([
    [
      "half as much again is offered",
      { use: { cpus: 0.36, memory: 500 * MB } },
      [
        "pulumi config set --path berth:services.app.cpus 0.75 -s shop && berth up shop",
        "pulumi config set --path berth:services.app.memory 768M -s shop && berth up shop",
      ],
    ],
    [
      "up to all that the host has",
      { cpus: 2.66, memory: 5461 * MB, use: { cpus: 2.5, memory: 5000 * MB } },
      [
        "pulumi config set --path berth:services.app.cpus 3.99 -s shop && berth up shop",
        "pulumi config set --path berth:services.app.memory 8192M -s shop && berth up shop",
      ],
    ],
    ["and not more", { cpus: 2.67, memory: 5462 * MB, use: { cpus: 2.5, memory: 5000 * MB } }, [elsewhere, elsewhere]],
    ["without a limit the host is", { cpus: 0, memory: 0, use: { cpus: 3.2, memory: 1 } }, [elsewhere, undefined]],
  ])("%s", (_, app, steps) => expect(of(app).map(({ step }) => step)).toEqual(steps));
});

describe("sessions at a PostgreSQL", () => {
  const server = { container: "p_postgres", available: 117, reserved: 3 };
  const setting = { stack: "platform", name: "MAX_CONNECTIONS" };
  const roles = [
    { name: "a_user", database: "a_db", open: 6, limit: 10 },
    { name: "a_user", database: "other", open: 3, limit: 10 },
    { name: "postgres", database: "postgres", open: 2, limit: -1 },
  ];

  it("are told in all, and of each role that has a limit", () => {
    const uses = connectionUses("platform", { ...server, setting }, { maximum: 120, open: 96, roles });
    expect(uses.map(({ of, shown, level, step }) => [of, shown, level, step])).toEqual([
      [
        "p_postgres",
        "96 of 120 sessions",
        "scale",
        "pulumi config set --path berth:settings.MAX_CONNECTIONS 180 -s platform && berth up platform",
      ],
      [
        "a_user at p_postgres",
        "9 of 10 sessions",
        "scale",
        "raise x-berth.database.connections in its blueprint, or let it open fewer",
      ],
    ]);
  });

  it("of a server whose blueprint has no setting for it, the step says what to raise", () => {
    const [use] = connectionUses("shop", server, { maximum: 100, open: 95, roles: [] });
    expect([use?.level, use?.step]).toEqual([
      "critical",
      "raise max_connections of p_postgres to 150, or let its users open fewer",
    ]);
  });
});
