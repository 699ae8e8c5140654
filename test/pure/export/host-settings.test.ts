import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { composeFiles } from "../../../src/export/compose.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const exported = (keys: string): Readonly<Record<string, unknown>> => {
  const blueprintYaml = `services: { web: { image: "web:1", ${keys} } }`;
  const files = composeFiles(deploymentFrom("config: { berth:prefix: a }", { blueprintYaml }), {});
  if (!files.ok) throw new Error(JSON.stringify(files.findings));
  return parse(files.value[0]?.text ?? "").services.a_web;
};

describe("an exported Compose file says of a service what its blueprint says", () => {
  it.each<[string, Readonly<Record<string, unknown>>?]>([
    ["cpu_shares: 512, cpuset: '0,1', cpu_quota: 50000, cpu_period: 100000"],
    ["tty: true, stdin_open: true, runtime: runsc, platform: linux/arm64, pull_policy: never"],
    ["ulimits: { nofile: { soft: 10, hard: 20 } }, storage_opt: { size: 2G }"],
    ["device_cgroup_rules: ['c 1:3 mr']"],
    [
      "blkio_config: { weight: 300, device_read_bps: [{ path: /dev/a, rate: 12mb }], weight_device: [{ path: /dev/a, weight: 400 }] }",
      {
        blkio_config: {
          weight: 300,
          device_read_bps: [{ path: "/dev/a", rate: 12_582_912 }],
          weight_device: [{ path: "/dev/a", weight: 400 }],
        },
      },
    ],
    ["cpu_rt_period: 1400000, cpu_rt_runtime: 400000, mem_swappiness: 10, pids_limit: -1"],
    ["oom_kill_disable: true, oom_score_adj: -500, uts: host, annotations: { a: b }, expose: ['80', 90/udp]"],
    ["mem_limit: 300m, memswap_limit: 1g", { mem_limit: "300m", memswap_limit: "1024m" }],
    ["mem_limit: 105381889, shm_size: 64000000", { mem_limit: "105381889b", shm_size: "64000000b" }],
    ["mem_limit: 0, memswap_limit: -1", { memswap_limit: -1 }],
    ["gpus: all", { deploy: { resources: { reservations: { devices: [{ count: "all", capabilities: ["gpu"] }] } } } }],
    ["entrypoint: [], command: [sh]", { entrypoint: [], command: ["sh"] }],
    ["command: ''", { command: [] }],
    ["healthcheck: { disable: true }"],
    ["healthcheck: { test: [NONE] }", { healthcheck: { disable: true } }],
    ["healthcheck: { interval: 5s, retries: 9 }"],
    ["stop_grace_period: 500ms"],
    ["stop_grace_period: 0s"],
  ])("%s", (keys, expected) => expect(exported(keys)).toMatchObject(expected ?? parse(`{ ${keys} }`)));
});
