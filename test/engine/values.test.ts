import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labels } from "../../src/deployment/label-names.ts";
import { openProject } from "../../src/project/project.ts";
import { driftOf } from "../../src/operations/drift.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("berth_values");
const checked = `${prefix}:checked`;

/** Keys of services whose values were once replaced by every `up`, or are at an edge of what Docker takes. */
const edges: readonly string[] = [
  "stop_grace_period: 0s, extra_hosts: ['six:::1', 'bracketed=[fd00::1]', 'four:10.1.2.3']",
  "working_dir: /a/../b//c/, command: ''",
  "command: [], user: '', hostname: '', working_dir: '', stop_signal: ''",
  "command: [sleep, '86400'], entrypoint: [], cpus: 0.05",
  "entrypoint: [sh, -c, 'exec sleep 86400'], command: [''], cpus: 0.01",
  "entrypoint: [sh, -c, 'exec sleep 86400'], command: [x, ''], cpus: 1",
  "security_opt: [systempaths=unconfined, 'no-new-privileges:true'], logging: { driver: none }",
  "security_opt: [], logging: { options: {} }, networks: []",
  "cap_drop: [ALL, chown], cap_add: [chown, CAP_CHOWN, net_admin]",
  "tmpfs: ['/a/', '/b/../c:size=1m,mode=0700', '/d:'], labels: { a: , b: '', c: 1 }, read_only: true",
  "healthcheck: { test: 'true', interval: 1s, start_period: 0s }",
  "healthcheck: { test: 'true', interval: 1500ms, timeout: 90s, start_period: 61s }",
  "mem_limit: 7000001, mem_reservation: 6291457, shm_size: 1, networks: { default: { aliases: [web, web, other] } }",
  "pid: host, ipc: host, userns_mode: host, cgroup: host, group_add: ['5', '7'], devices: [/dev/null, '/dev/zero:/dev/one:r']",
  "ipc: shareable, cgroup: private, cgroup_parent: berth-values, group_add: ['7', '5', '7'], devices: ['/dev/zero:rw', /dev/null]",
  "cpu_shares: 512, cpuset: '0', cpu_quota: 50000, cpu_period: 100000, tty: true, stdin_open: true, runtime: runc",
  "ulimits: { nofile: { soft: 1024, hard: 4096 }, core: 0 }",
  "mem_limit: 64m, memswap_limit: 96m, pull_policy: missing, platform: linux/amd64, oom_score_adj: 100",
  "mem_limit: 64m, memswap_limit: -1, pids_limit: 50, annotations: { a: b }, expose: [80]",
  "healthcheck: { interval: 7s, retries: 9 }, deploy: { restart_policy: { condition: on-failure, max_attempts: 2 } }",
  "healthcheck: { disable: true }, deploy: { replicas: 2, resources: { limits: { cpus: '0.5', memory: 32M, pids: 9 } } }",
  "healthcheck: { disable: true }, ulimits: { nproc: 100, rtprio: 0 }, entrypoint: , command: null",
  "healthcheck: { interval: 7s, retries: 9 }, stop_grace_period: 500ms, scale: 1",
  "networks: [inside], ports: ['PORT:80'], restart: on-failure, environment: { A: , B: '', C: ' x ', D: 'a=b' }",
];

const part = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** A key of a service, or not; the same seed gives the same services. */
const maybe = (key: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.option(values, { nil: "" }).map((value) => (value === "" ? "" : `${key}: ${value}`));
const generated = fc
  .tuple(
    maybe("stop_grace_period", part("0s", "1ms", "1.5s", "1m30s")),
    maybe("working_dir", part("/", "/a/", "/a//b", "/./a", "''")),
    maybe("user", part("0", "1000", "'1000:'", "'1000:1000'", "''")),
    maybe("hostname", part("''", "h", "under_score", "a.b.c")),
    maybe("cpus", part("0.01", "0.03", "0.1", "0.125", "0.33333333", "1", "1.05", "2")),
    maybe("mem_limit", part("6m", "64m", "100.5m", "7000000", "1g")),
    maybe("shm_size", part("1", "64m", "1.5m")),
    maybe("init", part("true", "false")),
    maybe("read_only", part("true", "false")),
    maybe("stop_signal", part("term", "SIGINT", "9", "RTMIN+3")),
    maybe("restart", part("always", "'no'", "on-failure", "on-failure:3")),
    maybe("cap_add", part("[]", "[ALL, chown]", "[NET_ADMIN, chown, CAP_CHOWN]")),
    maybe("security_opt", part("[]", "[no-new-privileges]", "['no-new-privileges=false', 'seccomp:unconfined']")),
    maybe("tmpfs", part("/t", "/t/", "['/t:size=1m', '/u:uid=5']")),
    maybe("extra_hosts", part("{ a: 10.1.2.3 }", "['a=::1', 'b:host-gateway']", "['a:1.2.3.4', 'a:1.2.3.5']")),
    maybe("ulimits", part("{ nofile: 512 }", "{ nofile: { soft: 256, hard: 512 }, core: 0 }")),
    maybe("cpu_shares", part("2", "512", "0")),
    maybe("cpuset", part("'0'", "''")),
    maybe("memswap_limit", part("-1", "0")),
    maybe("tty", part("true", "false")),
    maybe("stdin_open", part("true", "false")),
    maybe("logging", part("{ driver: none }", "{ driver: local }", "{ driver: json-file, options: { max-size: 1m } }")),
    maybe("sysctls", part("{ net.core.somaxconn: 512 }", "['net.ipv4.ip_forward=0', 'kernel.msgmax=8192']")),
    maybe(
      "healthcheck",
      part(
        "{ test: 'true', interval: 61s, start_period: 1500ms }",
        "{ disable: true }",
        "{ interval: 3s }",
        "{ test: [NONE] }",
      ),
    ),
  )
  .map((keys) => keys.filter((key) => key !== "").join(", "));

/** cap_add: ALL wants more than a daemon in a container may give: Docker's own business. */
const isPossible = (keys: string): boolean => !keys.includes("ALL, chown") || !keys.includes("cap_add");

describe.skipIf(!engineAnswers)("services of many values", () => {
  let project: TemporaryProject;

  beforeAll(async () => {
    const image = await tinyImage();
    const { id } = await docker.createContainer({ Image: image, name: `${prefix}_maker` });
    const [repo, tag] = checked.split(":");
    const changes = "HEALTHCHECK --interval=1s --start-period=7s CMD true";
    await docker.getContainer(id).commit({ repo, tag, changes });
    await docker.getContainer(id).remove();
    const port = String(await freePort());
    const written = [...edges, ...fc.sample(generated.filter(isPossible), { seed: 32, numRuns: 8 })];
    const services = written.map((keys, index) => {
      const own = index % 2 === 0 ? image : checked;
      const stop = keys.includes("stop_grace_period") ? "" : ", stop_grace_period: 1s";
      return `  s${index}: { image: "${own}"${stop}, ${keys.replace("PORT", port)} }\n`;
    });
    project = await temporaryProject({
      stacks: { many: `config:\n  berth:blueprint: many\n  berth:prefix: ${prefix}\n` },
      blueprints: { many: `services:\n${services.join("")}networks: { default: , inside: { internal: true } }\n` },
    });
  });
  afterAll(async () => {
    await cleanUp();
    await project?.destroy();
    await docker
      .getImage(checked)
      .remove({ force: true })
      .catch(() => undefined);
  });

  it("are as they were declared after an up: no preview replaces one, and nothing has drifted", async () => {
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "many"]);
    expect(up.code, up.stdout + up.stderr).toBe(0);
    const preview = await project.pulumi(["preview", "--refresh", "--diff", "--expect-no-changes", "--stack", "many"]);
    expect(preview.code, preview.stdout + preview.stderr).toBe(0);
    expect((await driftOf(openProject(project.root), ["many"])).findings).toEqual([]);
  }, 600_000);

  it("stay where they are when Docker refuses a new value that no table knows", async () => {
    const ids = async (): Promise<string[]> =>
      (await docker.listContainers({ all: true, filters: { name: [prefix] } })).map(({ Id }) => Id).sort();
    const before = await ids();
    const file = join(project.root, "blueprints", "many.yaml");
    const values = "{ sysctls: { net.ipv4.of_no_kernel: 1 }, hostname: other,";
    writeFileSync(file, readFileSync(file, "utf8").replace("s0: {", `s0: ${values}`));
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "many"]);
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain(`value-refused  ${prefix}_s0`);
    expect(up.stdout).toContain("Docker refuses the container: open /proc/sys/net/ipv4/of_no_kernel: no such file");
    expect(up.stdout).toContain("1 mistake; nothing was changed");
    expect(await ids()).toEqual(before);
    const trial = `${labels.trial}=organization/${project.name}/many`;
    expect((await docker.listContainers({ all: true, filters: { label: [trial] } })).length).toBe(0);
  }, 600_000);
});
