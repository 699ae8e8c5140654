import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/deployment/deployment.ts";
import { healthOf, type Realization } from "../../../src/deployment/realization.ts";
import { composeService } from "../../../src/export/compose-service.ts";
import { conflictsOf, stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const GB = 1024 ** 3;
const MB = 1024 ** 2;
const keysOf = (keys: string): string =>
  stackWith(`berth:blueprint: healthcare\nberth:domain: clinic.example\n${keys}`.trim());
const clinic = (keys = "", stack = "clinic"): Realization => deploymentFrom(keysOf(keys), { stack });
const told = (keys: string): string[] =>
  findingsFrom(keysOf(keys), { stack: "clinic" }).map(({ severity, code, key }) => `${severity} ${code} ${key}`);
const service = ({ services }: Realization, key: string): Service => {
  const found = services.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`there is no ${key}`);
  return found;
};
/** What the document's own figures bring along: 12 GB of cache to count on, in 10 GB. */
const planner = "warning tuning-over-limit postgres: effective_cache_size";

const figures = {
  api: [3, 6 * GB, 1.5, 2 * GB],
  worker: [1, 2 * GB, 0.5, 512 * MB],
  postgres: [3, 10 * GB, 1.5, 3 * GB],
  dragonfly: [1.5, 4 * GB, 0.5, GB],
} as const;

describe.each([
  ["8cpu-24gb", { cpus: 8, memory: 24 * GB }, "12GB", [planner], ["warning 8.5 CPUs of 8 CPUs"]],
  ["6cpu-12gb", { cpus: 6, memory: 12 * GB }, "6GB", [], ["warning 8.5 CPUs of 6 CPUs", "warning 22 GB of 12 GB"]],
] as const)("H1, H2: the profile %s", (profile, capacity, cache, warnings, overCapacity) => {
  const deployment = clinic(`berth:profile: ${profile}`);

  it.each(Object.entries(figures))(
    "gives %s its limits and reservations",
    (key, [cpus, memory, reservedCpus, reservedMemory]) =>
      expect(service(deployment, key).limits).toMatchObject({ cpus, memory, reservedCpus, reservedMemory }),
  );
  it("fits its host: what is reserved is there, and limits over capacity are told with their figures", () =>
    expect(conflictsOf([deployment], { capacity }).map(({ severity, key }) => `${severity} ${key}`)).toEqual(
      overCapacity,
    ));
  it("gives values to variables", () =>
    expect(service(deployment, "postgres").command).toContain(`effective_cache_size=${cache}`));
  it("resolves with no error", () => expect(told(`berth:profile: ${profile}`)).toEqual(warnings));
});

describe("H5: what is opened at PostgreSQL", () => {
  const over = (keys: string): string[] =>
    conflictsOf([clinic(keys)]).flatMap(({ code, key, message }) =>
      code === "connections-over-budget" ? [`${key}; ${message ?? ""}`] : [],
    );

  it("is 60 of the api, 30 of the worker and one of the migration, of 117", () =>
    expect(clinic().connections).toMatchObject([
      { by: "migrate", count: 1, server: { container: "clinic_postgres", available: 117, reserved: 3 } },
      { by: "api", count: 60 },
      { by: "worker", count: 30 },
    ]));

  it.each([
    ["fits to the last one", "berth:settings: { API_CONNECTIONS: 86 }", []],
    [
      "is refused with the figures of everyone where it is one too many",
      "berth:settings: { API_CONNECTIONS: 87 }",
      [
        "118 of 117 at clinic_postgres; may be open at once: clinic 118 (api 87, worker 30, migrate 1); 3 more are kept for superusers",
      ],
    ],
    [
      "fits again where PostgreSQL takes more",
      "berth:settings: { API_CONNECTIONS: 87, POSTGRES_MAX_CONNECTIONS: 121 }",
      [],
    ],
  ])("%s", (_, keys, found) => expect(over(keys)).toEqual(found));
});

describe("H2: profiles", () => {
  it("the default is the one for 8 CPUs and 24 GB", () => expect(clinic()).toEqual(clinic("berth:profile: 8cpu-24gb")));
  it("what the stack says of a service goes before the profile, value by value", () =>
    expect(
      service(clinic("berth:services: { api: { memory: 4G, reservations: { cpus: 1 } } }"), "api").limits,
    ).toMatchObject({
      cpus: 3,
      memory: 4 * GB,
      reservedCpus: 1,
      reservedMemory: 2 * GB,
      source: { file: "Pulumi.clinic.yaml", path: "berth:services.api" },
    }));
  it("a setting goes before a profile's value", () =>
    expect(service(clinic("berth:settings: { POSTGRES_EFFECTIVE_CACHE_SIZE: 8GB }"), "postgres").command).toContain(
      "effective_cache_size=8GB",
    ));
  it("more reserved than the host has is an error", () =>
    expect(
      conflictsOf([clinic()], { capacity: { cpus: 8, memory: 6 * GB } }).map(
        ({ severity, key }) => `${severity} ${key}`,
      ),
    ).toContain("error 6.5 GB of 6 GB"));
  it("more cores for one service than the host has is an error, as Docker makes no such container", () =>
    expect(
      conflictsOf([clinic()], { capacity: { cpus: 2, memory: 64 * GB } }).map(
        ({ severity, key }) => `${severity} ${key}`,
      ),
    ).toEqual(["error 4 CPUs of 2 CPUs", "error api: 3 CPUs of 2 CPUs", "error postgres: 3 CPUs of 2 CPUs"]));
});

describe("H4, H6, H8: what follows from the limits", () => {
  it("PostgreSQL has the flags of the document", () =>
    expect(service(clinic(), "postgres").command?.filter((word) => word.includes("="))).toEqual([
      "max_connections=120",
      "shared_buffers=2048MB",
      "effective_cache_size=12GB",
      "work_mem=16MB",
      "max_worker_processes=8",
      "max_parallel_workers=8",
    ]));
  it("Dragonfly has memory, threads and a queue of connections", () => {
    const { command, sysctls } = service(clinic(), "dragonfly");
    expect(command).toEqual("dragonfly --logtostderr --proactor_threads=6 --dir /data --maxmemory 4096mb".split(" "));
    expect(sysctls).toEqual({ "net.core.somaxconn": "2048" });
  });
  it("a Redis may stand in, without flags that it does not know", () =>
    expect(
      service(
        clinic(
          'berth:images: { dragonfly: "redis:7" }\nberth:settings: { CACHE_SERVER: redis-server --appendonly yes }',
        ),
        "dragonfly",
      ),
    ).toMatchObject({
      image: "redis:7",
      command: "redis-server --appendonly yes --dir /data --maxmemory 4096mb".split(" "),
    }));
  it("the worker has its concurrency, and the API its rates", () => {
    expect(service(clinic(), "worker").environment).toMatchObject({
      BULL_WORKER_CONCURRENCY: "10",
      BULL_MAX_JOBS_PER_WORKER: "100",
    });
    expect(service(clinic(), "api").environment).toMatchObject({
      SECURITY_RATE_LIMIT_MAX: "4000",
      RATE_LIMIT_MAX: "600",
      API_RATE_LIMIT: "1000",
    });
  });
  it("heap, shared buffers and the cache follow every memory limit, and never exceed it", () =>
    fc.assert(
      fc.property(fc.integer({ min: 256, max: 65536 }), (size) => {
        const all = ["api", "worker", "postgres", "dragonfly"];
        const limits = all.map((key) => `${key}: { memory: ${size}M, reservations: { memory: 128M } }`).join(", ");
        const { services } = clinic(`berth:services: { ${limits} }\nberth:settings: { CACHE_THREADS: "1" }`);
        const told = services.flatMap(({ command = [], environment }) =>
          [...command, (environment["NODE_OPTIONS"] as string | undefined) ?? ""].flatMap(
            (word) => /(?:space-size|shared_buffers)=(\d+)|^(\d+)mb$/.exec(word)?.slice(1).find(Boolean) ?? [],
          ),
        );
        expect(told.map(Number)).toEqual([0.2, 1, 0.75, 0.75].map((share) => Math.floor(share * size + 1e-9)));
      }),
      { numRuns: 50 },
    ));
  it.each([
    [
      "a heap above the limit",
      "berth:settings: { API_HEAP_MB: 6145 }",
      "error tuning-over-limit api: --max-old-space-size",
    ],
    [
      "shared buffers above the limit",
      "berth:settings: { POSTGRES_SHARED_BUFFERS_MB: 10241 }",
      "error tuning-over-limit postgres: shared_buffers",
    ],
    [
      "shared buffers above 40 %",
      "berth:settings: { POSTGRES_SHARED_BUFFERS_MB: 4097 }",
      "warning tuning-over-limit postgres: shared_buffers",
    ],
    [
      "work memory above the limit",
      "berth:settings: { POSTGRES_WORK_MEM: 70MB }",
      "warning tuning-over-limit postgres: work_mem",
    ],
    [
      "a cache above the limit",
      "berth:settings: { CACHE_MEMORY_MB: 4097 }",
      "error tuning-over-limit dragonfly: --maxmemory",
    ],
    [
      "threads that Dragonfly has no memory for",
      "berth:settings: { CACHE_THREADS: 17 }",
      "error tuning-over-limit dragonfly: --proactor_threads",
    ],
  ])("%s is told", (_, keys, finding) => expect(told(keys).filter((one) => one !== planner)).toEqual([finding]));
});

describe("H7: the network", () => {
  const addresses = ({ containers }: Realization): Record<string, string | undefined> =>
    Object.fromEntries(containers.map(({ key, attachments }) => [key, attachments[0]?.address]));

  it("has the addresses of the document", () =>
    expect(addresses(clinic())).toMatchObject({
      api: "172.18.0.5",
      postgres: "172.18.0.2",
      dragonfly: "172.18.0.4",
      worker: "172.18.0.6",
    }));
  it("addresses keep their place where the stack moves the network", () =>
    expect(addresses(clinic("berth:subnets: { app: 10.210.3.64/26 }"))).toEqual({
      api: "10.210.3.69",
      postgres: "10.210.3.66",
      dragonfly: "10.210.3.68",
      worker: "10.210.3.70",
      logs: "10.210.3.74",
      migrate: "10.210.3.75",
    }));
  it("nobody's address is left to chance: what Docker gives could be another one's", () =>
    expect(Object.values(addresses(clinic()))).not.toContain(undefined));
  it("two of them overlap, and the remedy leaves no conflict", () => {
    const ports = "berth:ports: { api: 8089 }";
    const [finding, ...others] = conflictsOf([clinic("", "a"), clinic(ports, "b")]).filter(
      ({ code }) => code !== "server-name-in-use",
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "subnet-overlap", wanted: { stack: "b" } });
    const subnet = /berth:subnets\.app (\S+)/.exec(finding?.remedy ?? "")?.[1] ?? "";
    const moved = conflictsOf([clinic("", "a"), clinic(`${ports}\nberth:subnets: { app: ${subnet} }`, "b")]);
    expect(moved.map(({ code }) => code)).toEqual(["server-name-in-use"]);
  });
  it.each([
    [
      "docker0",
      {
        networks: [{ id: "1", name: "bridge", labels: {}, subnets: ["172.18.0.0/16"], gateways: [], internal: false }],
      },
    ],
    ["a route of the host", { routes: [{ subnet: "172.16.0.0/12", device: "tun0" }] }],
  ])("%s there is a conflict", (_, live) =>
    expect(conflictsOf([clinic()], live).map(({ code }) => code)).toEqual(["subnet-overlap"]),
  );
});

describe("H9, H10, H11: how it runs", () => {
  const deployment = clinic();
  it("every service has a health check, and waits for what it needs to be healthy", () => {
    for (const container of deployment.containers)
      expect(healthOf(container) !== undefined).toBe(container.kind === "service");
    expect(service(deployment, "api").dependsOn).toEqual([
      { service: "postgres", condition: "service_healthy" },
      { service: "dragonfly", condition: "service_healthy" },
      { service: "logs", condition: "service_completed_successfully" },
      { service: "migrate", condition: "service_completed_successfully" },
    ]);
  });
  it("H14: migrations run before the API and the worker, directly", () => {
    const order = deployment.services.map(({ key }) => key);
    expect(order.indexOf("migrate")).toBeLessThan(Math.min(order.indexOf("api"), order.indexOf("worker")));
    expect(service(deployment, "migrate")).toMatchObject({ kind: "job", command: ["migrate"] });
  });
  it("certificates are mounted for reading only", () =>
    expect(service(deployment, "api").mounts).toContainEqual(
      expect.objectContaining({ path: "/etc/letsencrypt", target: "/etc/letsencrypt", readOnly: true }),
    ));
  it("logs are in a folder of the deployment on the host, and containers' logs are turned over", () => {
    expect(service(deployment, "worker").mounts).toMatchObject([{ path: "/var/log/clinic", target: "/app/logs" }]);
    for (const { logging } of deployment.services)
      expect(logging).toEqual({ driver: "json-file", options: { "max-size": "50m", "max-file": "5" } });
  });
  it("the exported Compose file has the kernel's parameters, too", () =>
    expect(
      composeService(
        deployment.containers.find(({ key }) => key === "dragonfly")!,
        deployment,
        {},
      ),
    ).toMatchObject({
      sysctls: { "net.core.somaxconn": "2048" },
    }));
  it.each([
    ["cookies without TLS", "berth:settings: { SESSION_SECURE_COOKIES: false }", ["api: SESSION_SECURE_COOKIES"]],
    ["cookies for other sites", "berth:settings: { SESSION_SAME_SITE: lax }", ["api: SESSION_SAME_SITE"]],
    ["every origin", 'berth:settings: { CORS_ORIGINS: "*" }', ["api: CORS_ORIGINS"]],
    ["every origin among others", 'berth:settings: { CORS_ORIGINS: "https://a.example,*" }', ["api: CORS_ORIGINS"]],
    [
      "no limit of rates",
      'berth:settings: { RATE_LIMIT_MAX: "0", API_RATE_LIMIT: "" }',
      ["api: API_RATE_LIMIT", "api: RATE_LIMIT_MAX"],
    ],
    ["no audit", "berth:settings: { AUDIT_LOG_ENABLED: false }", ["api: AUDIT_LOG_ENABLED"]],
    [
      "nothing of that in staging",
      'berth:environment: staging\nberth:settings: { CORS_ORIGINS: "*", AUDIT_LOG_ENABLED: false }',
      [],
    ],
  ])("the checklist misses %s", (_, keys, missed) =>
    expect(
      told(keys)
        .filter((one) => one !== planner)
        .sort(),
    ).toEqual(missed.map((key) => `error checklist-missed ${key}`)),
  );
  it("the checklist misses the origins where there is no domain", () =>
    expect(findingsFrom(stackWith("berth:blueprint: healthcare"), { stack: "clinic" }).map(({ key }) => key)).toContain(
      "api: CORS_ORIGINS",
    ));
});

describe("H3, H17: secrets and groups", () => {
  it.each(["JWT_SECRET", "SESSION_SECRET", "COOKIE_SECRET"])(
    "%s is generated with 64 characters, or given with 32",
    (name) =>
      expect(clinic().secrets.find((secret) => secret.name === name)).toMatchObject({
        origin: { kind: "generated", length: 64 },
        rule: { minimum: 32, replaceable: true },
      }),
  );
  it.each([
    ["nothing of it", "", []],
    [
      "all of it",
      "berth:settings: { GOOGLE_CLIENT_ID: a }\nberth:secrets: { GOOGLE_CLIENT_SECRET: { secure: v1:x } }",
      [],
    ],
    ["one of two", "berth:settings: { GOOGLE_CLIENT_ID: a }", ["error group-incomplete Google"]],
    ["one of three", "berth:secrets: { AWS_ACCESS_KEY_ID: { secure: v1:x } }", ["error group-incomplete AWS"]],
    [
      "a video server without its secret",
      "berth:settings: { OPENVIDU_URL: https://v.example }",
      ["error group-incomplete OpenVidu"],
    ],
    ["an empty setting", 'berth:settings: { GOOGLE_CLIENT_ID: "" }', []],
  ])("a group of which there is %s", (_, keys, findings) =>
    expect(told(keys).filter((one) => one !== planner)).toEqual(findings),
  );
});
