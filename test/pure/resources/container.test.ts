import { describe, expect, it } from "vitest";
import type { Container } from "../../../src/deployment/realization.ts";
import { specHash } from "../../../src/deployment/spec.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { declare, type Declared, valueOf } from "./declare.ts";

interface Made {
  readonly service: Container;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: Declared["options"];
}

async function container(written: string, keys = "berth:prefix: a", attempts = {}): Promise<Made> {
  const blueprintYaml = `services: { web: { image: "web:1"${written === "" ? "" : `, ${written}`} } }\nvolumes: { data: }`;
  const deployment = deploymentFrom(stackWith(keys), { stack: "s", blueprintYaml });
  const { declared } = await declare(deployment, { attempts });
  const made = declared.find(({ name, type }) => name === "s-web" && type.endsWith(":Container"));
  const service = deployment.containers[0];
  if (made === undefined || service === undefined) throw new Error("no container");
  const inputs = (await valueOf(made.inputs as never)) as Made["inputs"];
  return { service, inputs, options: made.options };
}

describe("values are written as the provider reads them back", () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["cpus: 1", { cpus: "1.0" }],
    ["cpus: 0.50", { cpus: "0.5" }],
    ["mem_limit: 512M", { memory: 512, memorySwap: 1024 }],
    ["mem_limit: 512M, mem_reservation: 256M", { memoryReservation: 256 }],
    ["mem_limit: 7000000", { memory: 7, memorySwap: 14 }],
    ["shm_size: 64m", { shmSize: 64 }],
    ["mem_limit: 512M, memswap_limit: 600m", { memory: 512, memorySwap: 600 }],
    ["mem_limit: 512M, memswap_limit: -1", { memory: 512, memorySwap: -1 }],
    [
      "cpu_shares: 512, cpuset: 0-1, cpu_quota: 50000, cpu_period: 100000, tty: true, stdin_open: true, runtime: runsc",
      {
        ...{ cpuShares: 512, cpuSet: "0-1", cpuQuota: 50_000, cpuPeriod: 100_000 },
        ...{ tty: true, stdinOpen: true, runtime: "runsc" },
      },
    ],
    [
      "ulimits: { nofile: { soft: 10, hard: 20 }, core: -1 }, storage_opt: { size: 2G }",
      {
        ulimits: [
          { name: "nofile", soft: 10, hard: 20 },
          { name: "core", soft: -1, hard: -1 },
        ],
        storageOpts: { size: "2G" },
      },
    ],
    [
      "device_cgroup_rules: ['c 1:3 mr'], blkio_config: { device_read_bps: [{ path: /dev/a, rate: 1k }] }",
      { deviceCgroupRules: ["c 1:3 mr"], deviceReadBps: [{ path: "/dev/a", rate: 1024 }] },
    ],
    ["gpus: all", { deviceRequests: [{ driver: "nvidia", count: -1, capabilities: ["gpu"] }] }],
    [
      "gpus: [{ driver: cdi, device_ids: [a], capabilities: [x], options: { o: 1 } }]",
      {
        deviceRequests: [
          { driver: "cdi", count: 0, deviceIds: ["a"], capabilities: ["gpu", "x"], options: { o: "1" } },
        ],
      },
    ],
    ["stop_grace_period: 500ms", { stopTimeout: 1, destroyGraceSeconds: 1 }],
    ["healthcheck: { disable: true }", { healthcheck: { tests: ["NONE"] }, wait: false }],
    [
      "healthcheck: { interval: 5s }",
      { healthcheck: { interval: "5s", timeout: "0s", retries: 0 }, wait: false, waitTimeout: undefined },
    ],
    [
      "healthcheck: { test: x, start_period: 9s, start_interval: 2s }",
      { healthcheck: { startPeriod: "9s", startInterval: "2s" }, wait: true },
    ],
    [
      "deploy: { restart_policy: { condition: on-failure, max_attempts: 4 } }, restart: always",
      { restart: "on-failure", maxRetryCount: 4 },
    ],
    [
      "volumes: ['/srv/a:/a:ro,z', 'data:/d:nocopy', '/srv/c:/c:rshared', { type: bind, source: /srv/e, target: /e, bind: { create_host_path: false } }]",
      {
        volumes: [{ hostPath: "/srv/a", containerPath: "/a", readOnly: true, selinuxRelabel: "z" }],
        mounts: [
          { type: "volume", source: "a_data", target: "/d", readOnly: false, volumeOptions: { noCopy: true } },
          { type: "bind", source: "/srv/c", target: "/c", readOnly: false, bindOptions: { propagation: "rshared" } },
          { type: "bind", source: "/srv/e", target: "/e", readOnly: false },
        ],
      },
    ],
    ["volumes_from: ['container:other:ro']", { volumes: [{ fromContainer: "other:ro" }] }],
    [
      "privileged: true, pid: host, ipc: host, userns_mode: host, cgroup: host, cgroup_parent: m, group_add: [5, tty, 5]",
      {
        privileged: true,
        pidMode: "host",
        ipcMode: "host",
        usernsMode: "host",
        cgroupnsMode: "host",
        cgroupParent: "m",
        groupAdds: ["5", "tty"],
      },
    ],
    [
      "devices: [/dev/fuse, '/dev/kvm:rw', { source: /dev//a, target: /dev/b, permissions: r }]",
      {
        devices: [
          { hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" },
          { hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "rw" },
          { hostPath: "/dev/a", containerPath: "/dev/b", permissions: "r" },
        ],
      },
    ],
    ["cap_add: [chown], cap_drop: [ALL]", { capabilities: { adds: ["CAP_CHOWN"], drops: ["ALL"] } }],
    [
      "healthcheck: { test: [CMD, x], interval: 90s, timeout: 1500ms, start_period: 60s, retries: 2 }",
      { healthcheck: { tests: ["CMD", "x"], interval: "1m30s", timeout: "1.5s", startPeriod: "1m0s", retries: 2 } },
    ],
    ["restart: on-failure:3", { restart: "on-failure", maxRetryCount: 3 }],
    ["tmpfs: [/tmp, '/run:size=1m']", { tmpfs: { "/tmp": "", "/run": "size=1m" } }],
    [
      "extra_hosts: ['db:10.1.2.3', 'gw=host-gateway', 'six:::1']",
      {
        hosts: [
          { host: "db", ip: "10.1.2.3" },
          { host: "gw", ip: "host-gateway" },
          { host: "six", ip: "::1" },
        ],
      },
    ],
    [
      "ports: ['127.0.0.1:8080:80/udp']",
      { ports: [{ ip: "127.0.0.1", protocol: "udp", external: 8080, internal: 80 }] },
    ],
    [
      "volumes: ['data:/data', '/srv:/srv:ro']",
      {
        volumes: [
          { volumeName: "a_data", containerPath: "/data", readOnly: false },
          { hostPath: "/srv", containerPath: "/srv", readOnly: true },
        ],
      },
    ],
    ["stop_grace_period: 1m, stop_signal: SIGINT", { stopTimeout: 60, destroyGraceSeconds: 60, stopSignal: "SIGINT" }],
    ["environment: { B: 2, A: 1 }", { envs: ["A=1", "B=2"] }],
    [
      "read_only: true, init: true, user: 1001, working_dir: /w, hostname: h",
      { readOnly: true, init: true, user: "1001", workingDir: "/w", hostname: "h" },
    ],
    ["command: serve --all, entrypoint: [/bin/x]", { command: ["serve", "--all"], entrypoints: ["/bin/x"] }],
    ["logging: { driver: local, options: { max-size: 1m } }", { logDriver: "local", logOpts: { "max-size": "1m" } }],
  ])("%s", async (written, expected) => expect((await container(written)).inputs).toMatchObject(expected));

  it("what is not said is left out, so that the daemon's own value is no drift", async () => {
    const { inputs } = await container("");
    const said = [
      "cpus",
      "memory",
      "memorySwap",
      "memoryReservation",
      "shmSize",
      "capabilities",
      "tmpfs",
      "healthcheck",
      "ulimits",
      "cpuShares",
      "cpuQuota",
      "deviceReadBps",
      "deviceCgroupRules",
      "deviceRequests",
      "storageOpts",
      "runtime",
      "tty",
      "stdinOpen",
      "command",
      "user",
    ];
    expect(said.filter((name) => inputs[name] !== undefined)).toEqual([]);
  });
});

describe("a container", () => {
  it("is made of the image's id, so that a tag that moves replaces it", async () => {
    expect((await container("")).inputs).toMatchObject({ name: "a_web", image: "sha256:of web:1" });
  });

  it("carries labels by which it is known as the deployment's own", async () => {
    const { inputs, service } = await container("labels: { mine: x }");
    expect(inputs["labels"]).toEqual([
      { label: "mine", value: "x" },
      { label: "berth.stack", value: "organization/berth/s" },
      { label: "berth.prefix", value: "a" },
      { label: "berth.service", value: "web" },
      { label: "berth.spec", value: specHash(service, "a") },
    ]);
  });

  it("carries the attempt that makes it another container than the one before", async () => {
    const { inputs } = await container("", undefined, { web: "0123456789ab", other: "x" });
    expect(inputs["labels"]).toContainEqual({ label: "berth.attempt", value: "0123456789ab" });
  });

  it("goes before another takes its name and port, and is replaced where an update would do nothing", async () => {
    const { options } = await container("");
    expect(options.deleteBeforeReplace).toBe(true);
    expect(options.replaceOnChanges).toEqual(expect.arrayContaining(["healthcheck", "init", "tmpfs"]));
  });

  it("is the same one when its deployment is stopped and started: nothing replaces it for that", async () => {
    const written = "ports: ['8080:80'], healthcheck: { test: x }, restart: always";
    const running = await container(written);
    const stopped = await container(written, "berth:prefix: a\nberth:running: false");
    const differing = Object.keys(running.inputs).filter(
      (name) => JSON.stringify(running.inputs[name]) !== JSON.stringify(stopped.inputs[name]),
    );
    expect(differing.sort()).toEqual(["mustRun", "restart", "start", "wait"]);
    expect(stopped.options.replaceOnChanges?.filter((name) => differing.includes(name))).toEqual([]);
  });
});

describe("waiting for health", () => {
  it("is until the last check may have failed, and some seconds more", async () => {
    const { inputs } = await container(
      "healthcheck: { test: x, interval: 2s, timeout: 5s, retries: 3, start_period: 20s }",
    );
    expect(inputs).toMatchObject({ wait: true, waitTimeout: 20 + 3 * 7 + 15 });
  });

  it("is not for a container without a health check", async () => {
    expect((await container("")).inputs).toMatchObject({ wait: false, waitTimeout: undefined });
  });
});

describe("what runs", () => {
  const written = "ports: ['8080:80'], healthcheck: { test: x }";

  it("a service is started and must run", async () => {
    expect((await container(written)).inputs).toMatchObject({ start: true, mustRun: true, attach: false, logs: false });
  });

  it("nothing of a deployment that is not to run: no start, no wait, and no daemon starts it", async () => {
    expect((await container(written, "berth:prefix: a\nberth:running: false")).inputs).toMatchObject({
      start: false,
      mustRun: false,
      attach: false,
      logs: false,
      wait: false,
      restart: "no",
    });
  });

  it("a job is attached to until it ends, and may have ended", async () => {
    const job = (keys: string) => {
      const blueprintYaml = "services: { web: { image: a:1, healthcheck: { test: x } } }\nx-berth: { jobs: [web] }";
      return declare(deploymentFrom(stackWith(keys), { stack: "s", blueprintYaml }));
    };
    const last = async (keys: string): Promise<unknown> => (await job(keys)).declared.at(-1)?.inputs;
    expect(await last("berth:prefix: a")).toMatchObject({
      start: true,
      mustRun: false,
      attach: true,
      logs: true,
      wait: false,
      restart: "no",
    });
    expect(await last("berth:running: false")).toMatchObject({ start: false, attach: false, logs: false });
    const options = async (keys: string) => (await job(keys)).declared.at(-1)?.options;
    // One that has run stays as it is while its deployment is stopped; one that has not runs when that is started.
    expect((await options("berth:running: false"))?.ignoreChanges).toEqual(["start", "attach", "logs"]);
    expect((await options("berth:prefix: a"))?.ignoreChanges).toEqual([]);
    expect((await options("berth:prefix: a"))?.replaceOnChanges).toEqual(expect.arrayContaining(["start"]));
  });
});
