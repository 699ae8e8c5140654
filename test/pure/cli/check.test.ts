import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { findingCodes } from "../../../src/findings/finding.ts";
import { type Fake, fakeDocker, fakeSocket, type Replies, status } from "../docker/fake-docker.ts";
import { berth, equipemed, paste, projectWith, run } from "./berth.ts";

/** The public contract of `berth check --json`: fields may be added here, and none renamed. */
const text = z.string().min(1);
const party = z
  .strictObject({
    stack: text,
    service: text,
    container: text,
    process: text,
    volume: text,
    network: text,
    directory: text,
    database: text,
    role: text,
    host: text,
    file: text,
    path: z.string(),
    line: z.int().min(1),
  })
  .partial();
const contract = z.strictObject({
  deployments: z.array(z.strictObject({ stack: text, prefix: text, endpoint: text, running: z.boolean() })),
  findings: z.array(
    z.strictObject({
      code: z.enum(Object.keys(findingCodes)),
      severity: z.enum(["error", "warning"]),
      kind: text,
      key: text,
      message: text.optional(),
      allowed: text.optional(),
      wanted: party.optional(),
      held: party.optional(),
      remedy: text.optional(),
      remedyNote: text.optional(),
      action: z.looseObject({ kind: text }).optional(),
    }),
  ),
  notLookedAt: z.array(z.strictObject({ what: text, why: text })),
});
type Report = z.output<typeof contract>;

async function report(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await berth(root, ["check", "--json", ...args], { env });
  expect(stderr).toBe("");
  return { code, ...contract.parse(JSON.parse(stdout)) };
}

const codesOf = ({ findings }: Report): string[] => [...new Set(findings.map(({ code }) => code))].sort();

const mine = (keys: string, more = ""): string => `services: { ${keys} }\n${more}`;
const platformYaml = readFileSync(new URL("../../../blueprints/platform.yaml", import.meta.url), "utf8");
const clashing = {
  "Pulumi.port.yaml": equipemed({
    ports: { app: 20_001 },
    domain: "one.example",
    settings: { SECRET_KEY: "changeme" },
  }),
  "Pulumi.port-too.yaml": equipemed({ ports: { app: 20_001 } }),
  "Pulumi.name.yaml": equipemed({ ports: { app: 20_002 }, domain: "one.example" }),
  "Pulumi.prefix.yaml": equipemed({ ports: { app: 20_003 }, prefix: "port" }),
  "Pulumi.subnet.yaml": equipemed({ ports: { app: 20_004 }, subnets: { default: "10.9.0.0/24" } }),
  "Pulumi.subnet-too.yaml": equipemed({ ports: { app: 20_005 }, subnets: { default: "10.9.0.64/26" } }),
  "Pulumi.x.yaml": "config: { berth:blueprint: long }",
  "Pulumi.x-y.yaml": "config: { berth:blueprint: short }",
  "Pulumi.tuned.yaml": "config: { berth:blueprint: tuned, berth:settings: { A: a } }",
  "Pulumi.wrong.yaml": "config: { berth:prefixx: a }",
  "Pulumi.broken.yaml": "config: [",
  "Pulumi.platform.yaml":
    "config: { berth:blueprint: platform, berth:ports: { postgres: 20006, pgbouncer: { port: 20007, address: 0.0.0.0 } }, berth:settings: { MAX_CONNECTIONS: 10 } }",
  "Pulumi.tenant.yaml": "config: { berth:blueprint: tenant }",
  "blueprints/platform.yaml": platformYaml.replace(
    "networks: [default, shared]",
    "networks: { default: , shared: { aliases: [tenant_database_relay] } }",
  ),
  "blueprints/tenant.yaml": mine(
    'app: { image: "a:1", environment: { URL: "${BERTH_DATABASE_URL}" } }',
    "x-berth: { database: {} }\n",
  ),
  "blueprints/long.yaml": mine(
    'y-app: { image: "a:1", networks: [y-net], volumes: ["y-data:/a", "/srv/shared:/b"] }',
    "volumes: { y-data: }\nnetworks: { y-net: }\n",
  ),
  "blueprints/tuned.yaml": mine(
    'app: { image: "a:1", mem_limit: 64m, environment: { NODE_OPTIONS: --max-old-space-size=65 } }',
    "x-berth: { groups: { ab: [A, B] }, checklist: [{ point: p, variable: C, is: c }] }\n",
  ),
  "blueprints/short.yaml": mine(
    'app: { image: "a:1", networks: [net], volumes: ["data:/a", "/srv/shared/in:/b"] }',
    "volumes: { data: }\nnetworks: { net: }\n",
  ),
};
const offline = [
  "alias-in-use",
  "checklist-missed",
  "config-invalid",
  "connections-over-budget",
  "container-name-in-use",
  "group-incomplete",
  "network-in-use",
  "path-overlap",
  "platform-exposed",
  "port-in-use",
  "prefix-in-use",
  "secret-in-clear-text",
  "server-name-in-use",
  "stack-unreadable",
  "subnet-overlap",
  "tuning-over-limit",
  "volume-in-use",
];
const live = [
  "address-in-use",
  "bind-source-missing",
  "cpu-over-capacity",
  "host-unreachable",
  "image-missing",
  "memory-over-capacity",
  "prefix-changed",
];
/** Only who may see secrets can tell: see test/pure/resolve/lint/weak-secrets.test.ts. */
const ofTheEngine = ["secret-weak"];
/** Of blueprints that give such rights or fix names: see test/pure/resolve/lint and test/pure/deployment/file-access.test.ts. */
const ofBlueprints = ["dangerous-right", "file-unreadable", "key-not-applied", "name-replaced"];
/** Only the engine keeps locks: see test/engine/killed.test.ts. */
const ofLocks = ["stack-locked"];
/** Of what is live and what the state knows: see test/pure/conflicts/{elsewhere,left-volumes}.test.ts, test/pure/drift/lost-secrets.test.ts, test/pure/host/attached.test.ts, test/pure/conflicts/networks.test.ts. */
const ofOwnership = ["managed-elsewhere", "network-attached", "network-missing", "secret-lost", "volume-left-behind"];
/** See test/pure/resolve/refused.test.ts. */
const ofValues = ["value-refused"];
const ofDrift = ["container-drifted", "network-drifted", "volume-drifted"];
/** PostgreSQL tells them, and only the engine knows the password to ask it: see test/engine. */
const ofDatabases = ["database-drifted", "database-in-use", "platform-in-use", "platform-unreachable", "role-in-use"];

/** Only Podman makes it come up: see test/host/podman.test.ts. */
const ofPodman = ["podman-endpoint"];

/** A host with nothing on it but the images asked for, unless said otherwise. */
const small: Replies = {
  "/info": { NCPU: 1, MemTotal: 1024 ** 3, Name: "elsewhere", Swarm: { LocalNodeState: "inactive" } },
  "/images/eqmd%3Alatest/json": {},
};

async function withHost<T>(making: Promise<Fake>, use: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const fake = await making;
  try {
    return await use({ DOCKER_HOST: fake.endpoint });
  } finally {
    await fake.close();
  }
}

describe("a stack that cannot be resolved", () => {
  it("is an error of its own, and a warning for an operation on another one", async () => {
    const root = projectWith({
      "blueprints/web.yaml": "services: { web: { image: a } }\n",
      "Pulumi.good.yaml": "config: { berth:blueprint: web }\n",
      "Pulumi.bad.yaml": "config: { berth:blueprint: missing }\n",
    });
    const all = await berth(root, ["check", "--offline", "--json"]);
    const one = await berth(root, ["check", "-s", "good", "--offline", "--json"]);
    const severities = ({ stdout }: { stdout: string }): string[] =>
      (JSON.parse(stdout) as Report).findings.map(({ severity, wanted }) => `${severity} of ${wanted?.stack}`);
    expect([all.code, severities(all)]).toEqual([2, ["error of bad"]]);
    expect([one.code, severities(one)]).toEqual([0, ["warning of bad"]]);
  });
});

describe("berth check --json", () => {
  it("every code is pinned here", () =>
    expect(
      [
        ...offline,
        ...live,
        ...ofDrift,
        ...ofTheEngine,
        ...ofDatabases,
        ...ofPodman,
        ...ofBlueprints,
        ...ofLocks,
        ...ofOwnership,
        ...ofValues,
      ].sort(),
    ).toEqual(Object.keys(findingCodes).sort()));

  it("one object holds every conflict among files, and no broken file hides another", async () => {
    const found = await report(projectWith(clashing), ["--offline"]);
    expect(found.code).toBe(2);
    expect(codesOf(found)).toEqual(offline);
    const one = (code: string) => found.findings.find((finding) => finding.code === code);
    expect(one("port-in-use")).toEqual({
      code: "port-in-use",
      severity: "error",
      kind: "hostPort",
      key: "0.0.0.0:20001/tcp",
      wanted: { stack: "port-too", service: "app", file: "Pulumi.port-too.yaml", path: "berth:ports.app", line: 3 },
      held: { stack: "port", service: "app", file: "Pulumi.port.yaml", path: "berth:ports.app", line: 3 },
      remedy: expect.stringMatching(/^berth config set --path berth:ports\.app \d+ -s port-too$/),
      remedyNote: "free on this host",
      action: { kind: "set", path: ["ports", "app"], value: expect.stringMatching(/^\d+$/), stack: "port-too" },
    });
    expect(one("connections-over-budget")).toMatchObject({
      kind: "connections",
      key: "13 of 7 at platform_postgres",
      wanted: { stack: "tenant", file: "Pulumi.tenant.yaml", path: "berth:database" },
      held: { host: "platform_postgres takes 7" },
      remedy: "berth config set --path berth:settings.MAX_CONNECTIONS 16 -s platform",
    });
    expect(one("config-invalid")).toMatchObject({ kind: "configuration", key: "berth:prefixx" });
    expect(one("stack-unreadable")?.wanted).toMatchObject({ stack: "broken", file: "Pulumi.broken.yaml" });
    expect(found.deployments).toContainEqual({ stack: "port", prefix: "port", endpoint: "local", running: true });
    expect(found.deployments.map(({ stack }) => stack)).not.toContain("broken");
    expect(found.notLookedAt).toEqual([{ what: expect.stringContaining("the host at"), why: expect.any(String) }]);
  });

  it("what another stack must not go live with is not in this one's way", async () => {
    const root = projectWith({
      "Pulumi.a.yaml": equipemed({ ports: { app: 20_001 } }),
      "Pulumi.tuned.yaml": clashing["Pulumi.tuned.yaml"],
      "blueprints/tuned.yaml": clashing["blueprints/tuned.yaml"],
    });
    expect(await report(root, ["--offline", "--stack", "a"])).toMatchObject({ code: 0, findings: [] });
    expect(codesOf(await report(root, ["--offline", "--stack", "tuned"]))).toEqual([
      "checklist-missed",
      "group-incomplete",
      "tuning-over-limit",
    ]);
    expect((await berth(root, ["list", "--offline"])).code).toBe(0);
  });

  it("what only the host can tell has the same form", async () => {
    const root = projectWith({
      "Pulumi.a.yaml": equipemed({
        ports: { app: 20_011 },
        services: { app: { reservations: { cpus: 2, memory: "2G" } } },
      }),
      "Pulumi.b.yaml": equipemed({ ports: { app: 20_012 }, images: { app: "nowhere:1" } }),
      "Pulumi.c.yaml": "config: { berth:blueprint: fixed }",
      "blueprints/fixed.yaml": mine(
        'app: { image: "eqmd:latest", networks: { net: { ipv4_address: 10.9.1.5 } }, volumes: ["/srv/x:/x"] }',
        "networks: { net: { ipam: { config: [{ subnet: 10.9.1.0/24 }] } } }\n",
      ),
    });
    const labels = { "berth.stack": "organization/berth/b", "berth.volume": "database" };
    const host = fakeDocker({
      ...small,
      "/containers/json?all=1": [{ Id: "v1" }],
      "/containers/v1/json": {
        Id: "v1",
        Name: "/visitor",
        Config: { Image: "web:1" },
        State: { Status: "running" },
        HostConfig: {},
        NetworkSettings: { Networks: { c_net: { IPAddress: "10.9.1.5" } } },
      },
      "/volumes": { Volumes: [{ Name: "former_database", Labels: labels }], Warnings: null },
      "/images/nowhere%3A1/json": status(404, '{"message":"No such image"}'),
      "/distribution/nowhere:1/json": status(403, '{"message":"pull access denied"}'),
    });
    const found = await withHost(host, (env) => report(root, [], env));
    expect(found.code).toBe(1);
    expect(codesOf(found)).toEqual(live.filter((code) => code !== "host-unreachable"));
  });

  it("says with 3 that a host cannot be reached, and still tells what the files tell", async () => {
    const found = await report(projectWith(clashing), [], { DOCKER_HOST: "unix:///nonexistent" });
    expect(found.code).toBe(3);
    expect(codesOf(found)).toEqual([...offline, "host-unreachable"].sort());
  });

  it("tells with --stack only what concerns one stack, and what cannot be read of others", async () => {
    const found = await report(projectWith(clashing), ["--offline", "--stack", "port-too"]);
    const others = found.findings.filter(({ wanted }) => wanted?.stack !== "port-too");
    expect(others.map(({ code }) => code).sort()).toEqual(["config-invalid", "stack-unreadable"]);
    expect(found.findings.filter(({ wanted }) => wanted?.stack === "port-too").map(({ code }) => code)).toEqual([
      "port-in-use",
    ]);
  });
});

describe("berth check", () => {
  const fine = { "Pulumi.a.yaml": equipemed({ ports: { app: 20_021 } }) };

  it("ends with 0 where nothing clashes, run as it is written, too", async () => {
    const root = projectWith(fine);
    const main = [
      "--import",
      import.meta.resolve("tsx"),
      new URL("../../../src/cli/main.ts", import.meta.url).pathname,
    ];
    const written = await run(process.execPath, [...main, "check", "--offline"], root);
    expect(written).toMatchObject({ code: 0, stderr: "" });
    expect(await berth(root, ["check", "--offline"])).toEqual(written);
    expect(await withHost(fakeDocker(small), (env) => berth(root, ["check"], { env }))).toMatchObject({ code: 0 });
  });

  it("ends with 1 for a conflict, and its remedy works when it is pasted, though no engine knows the stack", async () => {
    const root = projectWith({ ...fine, "Pulumi.b.yaml": equipemed({ ports: { app: 20_021 } }) });
    const { code, stdout } = await berth(root, ["check", "--offline"]);
    expect(code).toBe(1);
    expect(stdout).toContain(`✗ port-in-use  0.0.0.0:20021/tcp
  wanted by  b / app                 Pulumi.b.yaml:3: berth:ports.app
  held by    a / app                 Pulumi.a.yaml:3: berth:ports.app
  remedy     berth config set --path berth:ports.app 8778 -s b
             free on this host`);
    expect(stdout).toMatch(/1 conflict\n$/);
    const [remedy = ""] = stdout.match(/berth config set .*/) ?? [];
    expect(await paste(root, remedy)).toEqual({
      code: 0,
      stdout: "Pulumi.b.yaml: berth:ports.app is 8778\n",
      stderr: "",
    });
    expect(await berth(root, ["check", "--offline"])).toMatchObject({ code: 0 });
  });

  it("prints Markdown for a pull request", async () => {
    const root = projectWith({ ...fine, "Pulumi.b.yaml": equipemed({ ports: { app: 20_021 } }) });
    const { code, stdout, stderr } = await berth(root, ["check", "--offline", "--markdown"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^### berth: 1 conflict among 2 deployments\n\n```text\n✗ port-in-use/);
    expect(stdout).toContain("\n- `not checked: the host at ");
  });

  it("finds the project upwards, or where -C says", async () => {
    const root = projectWith({ ...fine, "deep/down/file": "" });
    expect(await berth(`${root}/deep/down`, ["check", "--offline"])).toMatchObject({ code: 0 });
    expect(await berth("/", ["-C", root, "check", "--offline"])).toMatchObject({ code: 0 });
    expect(await berth("/", ["check", "-C", root, "--offline"])).toMatchObject({ code: 0 });
    const none = await berth("/", ["check"]);
    expect(none.code).toBe(2);
    expect(none.stderr).toBe(
      "there is no Pulumi.yaml in / or above it; name the project's folder: berth -C FOLDER …, or make a project for the Compose file of this one: berth init\n",
    );
  });

  it("names a stack that is nearly the one that was typed", async () => {
    const root = projectWith({ "Pulumi.hospital-a.yaml": equipemed({}) });
    const { code, stdout, stderr } = await berth(root, ["check", "-s", "hopsital-a"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("there is no Pulumi.hopsital-a.yaml; did you mean hospital-a?\n");
  });

  it.each([
    [
      "a context that is not there",
      { DOCKER_CONTEXT: "nowhere" },
      'the Docker context "nowhere", chosen by DOCKER_CONTEXT',
    ],
    ["a configuration that is none", { DOCKER_CONFIG: "{root}/docker" }, "config.json is not JSON"],
  ])("ends with 3 and a sentence, without a trace of calls, for %s", async (_, env, sentence) => {
    const root = projectWith({ ...fine, "docker/config.json": "{" });
    const replaced = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace("{root}", root)]),
    );
    const { code, stdout, stderr } = await berth(root, ["check"], { env: replaced });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it("does not use the project above for stack files that have none, and names commands that work", async () => {
    const root = projectWith({ ...fine, "pilot site/Pulumi.b.yaml": equipemed({ ports: { app: 20_022 } }) });
    mkdirSync(join(root, "pilot site", "deeper"));
    for (const folder of [join(root, "pilot site"), join(root, "pilot site", "deeper")]) {
      const { code, stdout, stderr } = await berth(folder, ["check", "--offline"]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`${join(root, "pilot site")} has stack files (b) and no Pulumi.yaml`);
      const [copy = "false"] = /^ *cp .*$/m.exec(stderr) ?? [];
      const [leave = "false"] = /^ *cd .*$/m.exec(stderr) ?? [];
      const pasted = await paste(folder, `${copy} && ${leave} && berth list --offline`);
      expect(pasted.stdout).toContain("http://localhost:20022/");
    }
  });

  it("ends with 2 for a Pulumi.yaml that is none", async () => {
    const { code, stdout, stderr } = await berth(projectWith({ ...fine, "Pulumi.yaml": "name: [\n" }), ["check"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Pulumi\.yaml is not valid YAML: .+\n$/);
  });

  it("says what a host that does not answer as it should did, and what to do", async () => {
    const root = projectWith(fine);
    const { code, stdout } = await withHost(
      fakeSocket((socket) => socket.end()),
      (env) => berth(root, ["check"], { env }),
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /✗ host-unreachable[\s\S]*the connection ended in the middle[\s\S]*remedy {5}read its log, then restart it:\n/,
    );
  });
});
