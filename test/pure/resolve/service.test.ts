import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import type { LongRunning, Service } from "../../../src/deployment/deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { errorsOf } from "../../../src/findings/finding.ts";
import { normalPath } from "../../../src/notation/path.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const deployment = (blueprintYaml: string, keys = "berth:prefix: a"): Realization =>
  deploymentFrom(stackWith(keys), { blueprintYaml });
const web = (written: string, keys?: string, more = ""): Service => {
  const service = deployment(`services: { web: { image: web:1, ${written} } }\n${more}`, keys).services[0];
  if (service === undefined) throw new Error("no service");
  return service;
};

describe("what a Compose file says of a service", () => {
  it.each<[string, Partial<LongRunning>]>([
    ["command: serve --name 'a b'", { command: ["serve", "--name", "a b"] }],
    ["command: [serve, 80]", { command: ["serve", "80"] }],
    ["entrypoint: /bin/sh -c", { entrypoint: ["/bin/sh", "-c"] }],
    ["environment: [A=b, C=d=e, D=]", { environment: { A: "b", C: "d=e", D: "" } }],
    ["environment: { A: 1, B: true, C: }", { environment: { A: "1", B: "true" } }],
    ["user: 1001", { user: "1001" }],
    ["tmpfs: /tmp", { temporary: [{ target: "/tmp", options: "" }] }],
    ["extra_hosts: { db: 10.1.2.3 }", { extraHosts: [{ host: "db", address: "10.1.2.3" }] }],
    ["cap_add: [net_admin, CAP_CHOWN], cap_drop: [all]", { capAdd: ["CAP_CHOWN", "CAP_NET_ADMIN"], capDrop: ["ALL"] }],
    [
      "",
      {
        securityOptions: [],
        restart: { policy: "no" },
        stopGrace: 10,
        init: false,
      },
    ],
    ["restart: on-failure:3", { restart: { policy: "on-failure", maximumRetries: 3 } }],
    ['restart: "no"', { restart: { policy: "no" } }],
    ["restart: no", { restart: { policy: "no" } }],
    [
      "stop_grace_period: 1m30s, stop_signal: SIGINT, shm_size: 64m",
      { stopGrace: 90, stopSignal: "SIGINT", sharedMemory: 67108864 },
    ],
    ["", { logging: { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } } }],
    ["logging: { driver: journald }", { logging: { driver: "journald", options: {} } }],
    [
      "mem_limit: 1g, cpus: 0.5",
      { limits: expect.objectContaining({ memory: 1073741824, cpus: 0.5 }) as Service["limits"] },
    ],
    ["command: , entrypoint: null", { command: undefined, entrypoint: undefined }],
    ["command: [], entrypoint: ''", { command: [], entrypoint: [] }],
    ["command: 'sleep 5 && run'", { command: ["sleep", "5"] }],
    [
      "mem_limit: 100.5m, memswap_limit: -1",
      { limits: expect.objectContaining({ memory: 105381888, swap: -1 }) as never },
    ],
    ["stop_grace_period: 500ms", { stopGrace: 0.5 }],
    ["deploy: { restart_policy: { condition: any } }, restart: 'no'", { restart: { policy: "always" } }],
    ["deploy: { restart_policy: { max_attempts: 3 } }, restart: always", { restart: { policy: "no" } }],
    [
      "deploy: { restart_policy: { condition: on-failure, max_attempts: 3 } }",
      { restart: { policy: "on-failure", maximumRetries: 3 } },
    ],
    [
      "deploy: { resources: { limits: { pids: 200 } } }, oom_score_adj: -500, uts: host, blkio_config: { weight: 300 }",
      { exportOnly: { pids_limit: 200, oom_score_adj: -500, uts: "host", blkio_config: { weight: 300 } } },
    ],
    [
      "platform: linux/arm64, pull_policy: always, runtime: runsc, tty: true, stdin_open: 'true', cpu_shares: 512",
      {
        platform: "linux/arm64",
        pullPolicy: "always",
        runtime: "runsc",
        terminal: true,
        openInput: true,
        cpuShares: 512,
      },
    ],
    [
      "ulimits: { nofile: { soft: 1024, hard: 65536 }, memlock: -1 }",
      { ulimits: { nofile: { soft: 1024, hard: 65536 }, memlock: { soft: -1, hard: -1 } } },
    ],
    [
      "gpus: all, deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } } }",
      {
        deviceRequests: [
          { driver: "nvidia", count: 1, capabilities: ["gpu"] },
          { count: -1, capabilities: ["gpu"] },
        ],
      },
    ],
    [
      'healthcheck: { test: "curl -f localhost", interval: 1m }',
      {
        health: { test: ["CMD-SHELL", "curl -f localhost"], interval: 60e9, timeout: 30e9, startPeriod: 0, retries: 3 },
      },
    ],
    ["healthcheck: { test: [NONE] }", { health: "none" }],
    ["healthcheck: { disable: true, test: [CMD, x] }", { health: "none" }],
    [
      "healthcheck: { interval: 5s, retries: 9 }",
      { health: { interval: 5e9, timeout: 0, startPeriod: 0, retries: 9 } },
    ],
    [
      'volumes: ["/srv//data/../www/:/data/:ro,z"]',
      { mounts: [expect.objectContaining({ path: "/srv/www", target: "/data", readOnly: true }) as never] },
    ],
    [
      "volumes: [{ type: bind, source: /srv, target: /data, read_only: true }]",
      { mounts: [expect.objectContaining({ kind: "directory", path: "/srv", readOnly: true }) as never] },
    ],
    [
      "networks: { default: { aliases: [www, web] } }",
      { attachments: [{ network: "a_default", aliases: ["web", "www"] }] },
    ],
  ])("%s", (written, expected) => expect(web(written)).toMatchObject(expected));
});

describe("a hardened blueprint", () => {
  const hardened = "x-berth: { hardened: true }";
  it("has what its services do not say: restarts, and no new privileges", () =>
    expect(web("labels: {}", "", hardened)).toMatchObject({
      restart: { policy: "unless-stopped" },
      securityOptions: ["no-new-privileges:true"],
    }));

  it("changes nothing that a service does say", () =>
    expect(web('restart: "no", security_opt: []', "", hardened)).toMatchObject({
      restart: { policy: "no" },
      securityOptions: [],
    }));
});

it("variables are filled in everywhere, once", () => {
  const service = web(
    "hostname: h-$V, working_dir: /w/$V, user: '${V}', command: [$V, $$V], entrypoint: $V, labels: { l: $V, image: $V }, tmpfs: [/t/$V], " +
      "extra_hosts: ['h:10.0.0.$N'], stop_signal: SIG$S, security_opt: [apparmor=$V], cap_add: [SYS_$C], logging: { driver: d$V, options: { o: $V } }, " +
      "networks: { default: { aliases: [al-$V] } }, volumes: [{ type: volume, source: v$V, target: /m/$V }, '/h/$V:/n'], " +
      "secrets: [{ source: key, target: k-$V }], stop_grace_period: '${N}s', environment: { E: $V, W: $W }",
    'berth:settings: { V: x, N: 7, S: INT, C: TIME, W: "$V $$" }\nberth:secrets: { key: { secure: v1:x } }',
    "volumes: { vx: }\nsecrets: { key: }",
  );
  expect(service).toMatchObject({
    hostname: "h-x",
    workingDirectory: "/w/x",
    user: "x",
    command: ["x", "$V"],
    entrypoint: ["x"],
    labels: { l: "x", image: "x" },
    temporary: [{ target: "/t/x", options: "" }],
    extraHosts: [{ host: "h", address: "10.0.0.7" }],
    stopSignal: "SIGINT",
    securityOptions: ["apparmor=x"],
    capAdd: ["CAP_SYS_TIME"],
    logging: { driver: "dx", options: { o: "x" } },
    attachments: [{ aliases: ["web", "al-x"] }],
    mounts: [
      { kind: "volume", volume: "hospital_a_vx", target: "/m/x" },
      { kind: "directory", path: "/h/x", target: "/n" },
    ],
    files: [{ content: { parts: [{ secret: "key" }] }, target: "/run/secrets/k-x", mode: "0444" }],
    stopGrace: 7,
    environment: { E: "x", W: "$V $$" },
  });
});

describe("the namespaces of another service", () => {
  const blueprint = (keys: string, owner = "ipc: shareable") =>
    `services: { web: { image: web:1, ${keys} }, owner: { image: o:1, container_name: fixed, ${owner} } }`;
  const found = (keys: string, owner?: string) =>
    findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml: blueprint(keys, owner) }).filter(
      ({ code }) => code === "config-invalid",
    );

  it.each(["pid: 'service:owner', ipc: 'service:owner'", "pid: 'container:fixed', ipc: 'service:owner'"])(
    "are shared, and the service starts after it: %s",
    (keys) => {
      const service = deployment(blueprint(keys)).services.find(({ key }) => key === "web");
      expect(service).toMatchObject({
        namespaces: { pid: "owner", ipc: "owner" },
        dependsOn: [{ service: "owner", condition: "service_started", restart: true }],
      });
      expect(service?.isolation).toBeUndefined();
    },
  );
  it.each([
    ["pid: 'service:other'", undefined, "there is no other service other"],
    ["pid: 'service:web'", undefined, "there is no other service web"],
    ["ipc: 'container:other'", undefined, "takes what they share along"],
    ["ipc: 'service:owner'", "ipc: private", "keeps its memory to itself"],
    ["ipc: 'service:owner'", "user: '1'", "Docker's default"],
  ])("that cannot be shared are reported: %s beside %s", (keys, owner, message) =>
    expect(found(keys, owner)[0]?.message).toContain(message),
  );
});

it("what a service does not say leaves no trace in it", () => {
  const { exportOnly, ulimits, cpuShares, runtime, terminal, platform, pullPolicy, health } = web("") as LongRunning;
  expect([exportOnly, ulimits, cpuShares, runtime, terminal, platform, pullPolicy, health]).toEqual(
    Array.from({ length: 8 }),
  );
  const empty = "ulimits: {}, gpus: [], expose: [], storage_opt: {}, cpu_shares: 0, tty: false, pull_policy: missing";
  expect(Object.keys(web(empty))).toEqual(Object.keys(web("")));
});

describe("booleans", () => {
  it.each([
    ["a word that Compose accepts", "'yes'", true],
    ["a variable", "$FLAG", true],
    ["a default", "'${OTHER:-off}'", false],
    ["a word of capitals", "'TRUE'", true],
  ])("may be %s", (_, written, expected) => {
    const { init, readOnly, isolation } = web(
      `init: ${written}, read_only: ${written}, privileged: ${written}`,
      "berth:settings: { FLAG: on }",
    );
    expect({ init, readOnly, privileged: isolation?.privileged ?? false }).toEqual({
      init: expected,
      readOnly: expected,
      privileged: expected,
    });
  });

  it("may be variables outside of services and in their parts", () => {
    const written = "volumes: [{ type: bind, source: /srv, target: /data, read_only: $YES }]";
    const more = "networks: { default: { internal: $YES } }";
    const { services, networks } = deployment(
      `services: { web: { image: web:1, ${written}, healthcheck: { test: x, disable: $YES } } }\n${more}`,
      "berth:settings: { YES: 'true' }",
    );
    expect(services).toMatchObject([{ health: "none", mounts: [{ readOnly: true }] }]);
    expect(networks).toMatchObject([{ internal: true }]);
  });

  it("that a variable makes something else are errors where they are written", () => {
    const blueprintYaml = "services:\n  web:\n    image: web:1\n    init: $FLAG\n    read_only: maybe";
    const wrong = (text: string, keys?: string): readonly unknown[] =>
      errorsOf(findingsFrom(stackWith(keys ?? "berth:prefix: a"), { blueprintYaml: text }));
    expect(wrong(blueprintYaml)).toMatchObject([
      { message: 'found "maybe"', allowed: "true or false", wanted: { path: "services.web.read_only", line: 5 } },
    ]);
    expect(wrong(blueprintYaml.replace("maybe", "true"), "berth:settings: { FLAG: 2 }")).toMatchObject([
      { message: 'found "2"', allowed: "true or false", wanted: { path: "services.web.init", line: 4 } },
    ]);
  });
});

describe("the files of a service", () => {
  const files = (written: string, more: string): Service["files"] => web(written, undefined, more).files;

  it("are its configs, with variables and secrets filled in, where and with the mode it says", () => {
    expect(
      files(
        'configs: [list, { source: list, target: /etc/list, mode: "0400" }]',
        "configs: { list: { content: 'user ${KEY} in ${BERTH_PREFIX} $$5' } }\nx-berth: { secrets: { KEY: { generate: 32 } } }",
      ),
    ).toEqual([
      {
        target: "/list",
        content: { parts: ["user ", { secret: "KEY" }, " in a $5"] },
        mode: "0444",
        source: expect.objectContaining({ path: "services.web.configs[0]" }) as never,
      },
      {
        target: "/etc/list",
        content: { parts: ["user ", { secret: "KEY" }, " in a $5"] },
        mode: "0400",
        isExact: true,
        source: expect.objectContaining({ path: "services.web.configs[1]" }) as never,
      },
    ]);
  });
});

describe("the environment of a service", () => {
  const value = (written: string, keys: string, more = ""): Service["environment"] =>
    web(written, keys, more).environment;
  const secrets = "berth:secrets: { KEY: { secure: v1:x } }";

  it.each<[string, string, string, Service["environment"]]>([
    [
      "a setting of the same name does not replace the blueprint's value",
      "environment: { A: b, B: '${B:-x}' }",
      "berth:settings: { A: c, B: d }",
      { A: "b", B: "d" },
    ],
    ["and gives one to a name without a value", "environment: [A]", "berth:settings: { A: c }", { A: "c" }],
    ["a secret gives one as well", "environment: { KEY: }", secrets, { KEY: { parts: [{ secret: "KEY" }] } }],
    [
      "a name that every object has is none of the settings",
      "environment: { constructor: a, B: '${toString:-b}' }",
      "berth:settings: { X: x }",
      { constructor: "a", B: "b", X: "x" },
    ],
  ])("%s", (_, written, keys, expected) => expect(value(written, keys)).toEqual(expected));

  it("holds no secret that is a file", () => {
    expect(value("secrets: [key]", secrets, "secrets: { key: { environment: KEY } }")).toEqual({});
  });

  it("is empty where an optional secret is not given, without a warning", () => {
    const blueprintYaml =
      "services: { web: { image: a:1, environment: { A: $KEY } } }\nx-berth: { secrets: { KEY: { optional: true } } }";
    expect(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml })).toEqual([]);
    expect(deployment(blueprintYaml).services[0]?.environment).toEqual({ A: "" });
  });
});

describe("services among others", () => {
  const chain = `services:
  web: { image: web:1, depends_on: { seed: { condition: service_completed_successfully }, db: { condition: service_healthy } } }
  seed: { image: web:1, depends_on: [db], healthcheck: { test: x }, restart: always, deploy: { resources: { reservations: { cpus: 1 } } }, ports: ["8081:80"] }
  db: { image: db:1, profiles: [production] }
  debug: { image: web:1, profiles: [development], depends_on: [web] }`;

  it("start after those that they depend on", () => {
    expect(deployment(chain).services.map(({ key }) => key)).toEqual(["db", "seed", "web"]);
  });

  it("do not wait for what the environment leaves out", () => {
    const { services } = deployment(chain, "berth:environment: development");
    expect(services.map(({ key, dependsOn }) => [key, dependsOn.map(({ service }) => service)])).toEqual([
      ["seed", []],
      ["web", ["seed"]],
      ["debug", ["web"]],
    ]);
  });

  it("whose success is awaited are jobs: they run once, and no health check or restart is theirs", () => {
    const seed = deployment(chain).services[1];
    expect(seed).toMatchObject({ kind: "job" });
    expect(Object.keys(seed!)).not.toContain("restart");
    expect(Object.keys(seed!)).not.toContain("health");
  });

  it.each([
    ["15 minutes where nothing is said", "", 900],
    ["what the blueprint says", "\nx-berth: { jobs: { seed: { timeout: 1h30m } } }", 5400],
    ["what a setting says", '\nx-berth: { jobs: { seed: { timeout: "${TIME:-1m}" } } }', 20],
  ])("of jobs may take as long as this: %s", (_, more, timeout) => {
    const { services } = deployment(chain + more, "berth:settings: { TIME: 20s }");
    expect(
      services.map((service) => [service.key, service.kind === "job" ? service.timeout : undefined]),
    ).toContainEqual(["seed", timeout]);
    expect(services.find(({ key }) => key === "web")).not.toHaveProperty("timeout");
  });

  it("of jobs take as long as each stack says, whichever was read before it", () => {
    const yaml = chain + '\nx-berth: { jobs: { seed: { timeout: "${TIME:-1m}" } } }';
    const timeoutOf = (keys?: string) =>
      deployment(yaml, keys).services.flatMap((service) => (service.kind === "job" ? [service.timeout] : []));
    expect([
      timeoutOf("berth:settings: { TIME: 20s }"),
      timeoutOf(),
      timeoutOf("berth:settings: { TIME: 30s }"),
    ]).toEqual([[20], [60], [30]]);
  });

  it("hold what a job holds only while it runs: its port, but no share of the host", () => {
    const kinds = (keys?: string): string[] =>
      claimsOf(deployment(chain, keys)).flatMap(({ kind, owner }) =>
        owner.kind === "deployment" && owner.service === "seed" ? [kind] : [],
      );
    expect(kinds()).toEqual(["container", "hostPort"]);
    expect(kinds("berth:running: false")).toEqual(["container"]);
  });
});

describe("limits", () => {
  const written = "deploy: { resources: { limits: { cpus: 2, memory: 2G }, reservations: { cpus: 1, memory: 1G } } }";
  it.each([
    [
      "of the blueprint",
      "berth:prefix: a",
      { cpus: 2, memory: 2147483648, reservedCpus: 1, reservedMemory: 1073741824 },
    ],
    [
      "of the stack, value by value",
      "berth:services: { web: { memory: 3G, reservations: { cpus: 0.5 } } }",
      { cpus: 2, memory: 3221225472, reservedCpus: 0.5, reservedMemory: 1073741824 },
    ],
  ])("%s", (_, keys, limits) => expect(web(written, keys).limits).toMatchObject(limits));

  it("may be filled by variables", () => {
    expect(web("mem_limit: '${MEMORY:-512M}'").limits).toMatchObject({ memory: 536870912 });
  });
});

describe("networks", () => {
  const written = `services: { web: { image: web:1, networks: { front: { ipv4_address: 10.1.2.10 }, back: } } }
networks: { front: { ipam: { config: [{ subnet: 10.1.2.0/24, gateway: 10.1.2.254 }] } }, back: { internal: true } }`;

  it("are as the blueprint says, and otherwise follow from the name", () => {
    expect(deployment(written).networks).toMatchObject([
      { name: "a_front", subnet: "10.1.2.0/24", gateway: "10.1.2.254", internal: false },
      { name: "a_back", subnet: "10.233.111.0/26", gateway: "10.233.111.1", internal: true },
    ]);
  });

  it("are as the stack says before that", () => {
    expect(deployment(written, "berth:subnets: { back: 10.9.0.0/24 }").networks[1]).toMatchObject({
      subnet: "10.9.0.0/24",
      gateway: "10.9.0.1",
    });
  });

  it("that nobody uses are not made", () => {
    expect(deployment("services: { web: { image: web:1, networks: [x] } }\nnetworks: { x: }").networks).toHaveLength(1);
  });
});

describe("paths", () => {
  it.each([
    ["/srv//data/", "/srv/data"],
    ["/srv/./data", "/srv/data"],
    ["/srv/../etc", "/etc"],
    ["/../..", "/"],
    ["/", "/"],
  ])("%s is %s", (path, normal) => expect(normalPath(path)).toBe(normal));

  it("a normal path is its own", () => {
    const path = fc.string({ unit: fc.constantFrom("/", ".", "a", "b") }).map((rest) => `/${rest}`);
    fc.assert(
      fc.property(path, (any) => {
        expect(normalPath(normalPath(any))).toBe(normalPath(any));
        expect(`${normalPath(any)}/`).not.toMatch(/\/\.{0,2}\/./);
      }),
    );
  });
});

it("the app is the one that x-berth names, else the first that publishes a port, else the first", () => {
  const services = 'a: { image: a:1 }, b: { image: b:1, ports: ["8080:80"] }, c: { image: c:1, ports: ["8081:80"] }';
  const entrance = (more = ""): unknown => deployment(`services: { ${services} }\n${more}`).entrance?.service;
  expect([entrance(), entrance("x-berth: { app: c }"), entrance("x-berth: { app: a }")]).toEqual(["b", "c", undefined]);
});

it("a blueprint that is an ordinary Compose file needs nothing of berth", () => {
  const compose = `version: "3.9"
name: shop
services:
  web:
    image: \${REGISTRY:-docker.io}/web:\${TAG:-1}
    ports: ["\${PORT:-8080}:80"]
    depends_on: [db]
  db: { image: "postgres:15", volumes: ["data:/var/lib/postgresql/data"] }
volumes: { data: { driver: local } }
x-common: &common { a: b }`;
  expect(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml: compose })).toEqual([]);
  expect(deployment(compose, 'berth:settings: { TAG: "2", PORT: 9090 }')).toMatchObject({
    containers: [
      { name: "hospital_a_db" },
      { name: "hospital_a_web", image: "docker.io/web:2", ports: [{ hostPort: 9090 }] },
    ],
  });
});
