import { describe, expect, it } from "vitest";
import type { Seen, SeenContainer } from "../../../src/host/seen.ts";
import { instruction, sequence, setKey, up } from "../../../src/findings/remedy.ts";
import { remedyText } from "../../../src/report/remedy-text.ts";
import { connectionUses, exhaustedUse, levelOf, type Use, usesOf } from "../../../src/status/use.ts";
import { deploymentFrom, platformFrom } from "../resolve/sample.ts";
import { reader } from "../report/shown.ts";

/** As `berth status` prints it. */
const stepOf = ({ step }: Use): string | undefined => step && remedyText(step, { ...reader, speaks: "berth" });

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
        "berth config set --path berth:services.app.cpus 0.75 -s shop && berth up shop",
        "berth config set --path berth:services.app.memory 768M -s shop && berth up shop",
      ],
    ],
    [
      "up to all that the host has",
      { cpus: 2.66, memory: 5461 * MB, use: { cpus: 2.5, memory: 5000 * MB } },
      [
        "berth config set --path berth:services.app.cpus 3.99 -s shop && berth up shop",
        "berth config set --path berth:services.app.memory 8192M -s shop && berth up shop",
      ],
    ],
    ["and not more", { cpus: 2.67, memory: 5462 * MB, use: { cpus: 2.5, memory: 5000 * MB } }, [elsewhere, elsewhere]],
    ["without a limit the host is", { cpus: 0, memory: 0, use: { cpus: 3.2, memory: 1 } }, [elsewhere, undefined]],
  ])("%s", (_, app, steps) => expect(of(app).map(stepOf)).toEqual(steps));
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
    expect(uses.map((use) => [use.of, use.shown, use.level, stepOf(use)])).toEqual([
      [
        "p_postgres",
        "96 of 120 sessions",
        "scale",
        "berth config set --path berth:settings.MAX_CONNECTIONS 180 -s platform && berth up platform",
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
    expect([use?.level, use && stepOf(use)]).toEqual([
      "critical",
      "raise max_connections of p_postgres to 150, or let its users open fewer",
    ]);
  });
});

describe("what is open through a relay", () => {
  const tenant = deploymentFrom(
    "config: { berth:prefix: shop, berth:settings: { ADMIN_EMAIL: a@b.example }, berth:blueprint: dna }",
    {
      stack: "shop",
      platform: platformFrom(),
    },
  );
  const through = (output: string, state = "running") =>
    usesOf(
      tenant,
      seen({
        deployment: tenant.id,
        name: "shop_database_relay",
        service: "database-relay",
        state,
        health: { status: "healthy", output },
        use: undefined,
      }),
    );

  it("is the share of its clients at the pool, and of its direct connections, with those that wait", () => {
    expect(through("pool 60 waiting 12, direct 1 waiting 0")).toMatchObject([
      {
        stack: "shop",
        of: "shop_database_relay pool",
        kind: "connections",
        used: 60,
        limit: 60,
        shown: "60 of 60 clients of the pool, 12 waiting",
        level: "critical",
        step: instruction("raise x-berth.database.clients in its blueprint, or let its services open fewer"),
      },
      { of: "shop_database_relay direct", shown: "1 of 2 direct connections", level: "fine" },
    ]);
  });

  it("is not known from a relay that does not run, or does not say", () => {
    expect(through("cannot resolve platform-pgbouncer")).toEqual([]);
    expect(through("pool 60 waiting 12, direct 1 waiting 0", "exited")).toEqual([]);
  });
});

describe("a server that accepts no further connection", () => {
  const server = { container: "p_postgres", available: 97, reserved: 3 };

  it("counts as full, and so does a pool", () => {
    expect(exhaustedUse("p", server)).toMatchObject({ used: 100, limit: 100, level: "critical", kind: "connections" });
    const pool = { ...server, container: "p_pgbouncer", counts: "clients" } as const;
    expect(exhaustedUse("p", { ...pool, setting: { stack: "p", name: "MAX_CLIENTS" } })).toMatchObject({
      of: "p_pgbouncer",
      shown: "100 of 100 clients",
      level: "critical",
      step: sequence(setKey(["settings", "MAX_CLIENTS"], 150, "p"), up("p")),
    });
  });
});
