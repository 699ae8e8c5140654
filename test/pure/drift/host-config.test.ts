import { describe, expect, it } from "vitest";
import { hostConfigDifferences } from "../../../src/drift/host-config.ts";
import type { InspectedHostConfig } from "../../../src/host/inspected.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const differences = (keys: string, live: InspectedHostConfig) => {
  const blueprintYaml = `services: { web: { image: "web:1", security_opt: [], logging: { driver: none }, ${keys} } }`;
  const deployment = deploymentFrom("config: { berth:prefix: a }", { blueprintYaml });
  const usual = { LogConfig: { Type: "none" }, RestartPolicy: { Name: "no" } };
  return hostConfigDifferences(
    deployment.containers.find(({ key }) => key === "web")!,
    deployment,
    { ...usual, ...live },
  ).map(({ what }) => what);
};

describe("what a service shares with its host", () => {
  it.each<[string, InspectedHostConfig]>([
    ["privileged: true", { Privileged: true, SecurityOpt: ["label=disable"], IpcMode: "private" }],
    ["pid: host", { PidMode: "host", SecurityOpt: ["label=disable"], CgroupnsMode: "private" }],
    ["ipc: host", { IpcMode: "host", SecurityOpt: ["label=disable"] }],
    ["ipc: shareable, cgroup: host", { IpcMode: "shareable", CgroupnsMode: "host" }],
    ["userns_mode: host, cgroup_parent: /m", { UsernsMode: "host", CgroupParent: "/m" }],
    ["group_add: ['7', '5']", { GroupAdd: ["7", "5"] }],
    [
      "devices: [/dev/fuse]",
      { Devices: [{ PathOnHost: "/dev/fuse", PathInContainer: "/dev/fuse", CgroupPermissions: "rwm" }] },
    ],
    ["cpu_shares: 512, cpuset: '0-1'", { CpuShares: 512, CpusetCpus: "0-1" }],
    ["cpu_quota: 50000, cpu_period: 100000", { CpuQuota: 50_000, CpuPeriod: 100_000 }],
    [
      "ulimits: { nofile: { soft: 10, hard: 20 }, core: -1 }",
      {
        Ulimits: [
          { Name: "core", Soft: -1, Hard: -1 },
          { Name: "nofile", Soft: 10, Hard: 20 },
        ],
      },
    ],
    [
      "blkio_config: { device_read_bps: [{ path: /dev/a, rate: 1k }] }",
      { BlkioDeviceReadBps: [{ Path: "/dev/a", Rate: 1024 }] },
    ],
    [
      "blkio_config: { device_write_iops: [{ path: /dev/a, rate: 9 }] }",
      { BlkioDeviceWriteIOps: [{ Path: "/dev/a", Rate: 9 }] },
    ],
    ["device_cgroup_rules: ['c 1:3 mr']", { DeviceCgroupRules: ["c 1:3 mr"] }],
    ["gpus: all", { DeviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }] }],
    [
      "gpus: [{ device_ids: ['3', '0'], capabilities: [utility] }]",
      { DeviceRequests: [{ DeviceIDs: ["0", "3"], Capabilities: [["utility", "gpu"]] }] },
    ],
    ["storage_opt: { size: 2G }", { StorageOpt: { size: "2G" } }],
    ["runtime: runsc", { Runtime: "runsc" }],
    ["mem_limit: 100.5m", { Memory: 101 * 1024 ** 2, MemorySwap: 202 * 1024 ** 2 }],
    ["mem_limit: 100.5m, shm_size: 1", { Memory: 105_381_888, MemorySwap: 210_763_776, ShmSize: 1 }],
    ["mem_limit: 64m, memswap_limit: 96m", { Memory: 64 * 1024 ** 2, MemorySwap: 96 * 1024 ** 2 }],
  ])("%s has not drifted while the daemon has it, and has without", (keys, live) => {
    expect(differences(keys, live)).toEqual([]);
    expect(differences(keys, {})).not.toEqual([]);
  });

  it("the namespace of another container is no difference, and one of its own is", () => {
    const keys = "pid: 'service:db' }, db: { image: d";
    expect(differences(keys, { PidMode: "container:0a1b" })).toEqual([]);
    expect(differences(keys, {})).toEqual(["process namespace is its own, should be that of db"]);
  });

  it("a runtime, ulimits and an unlimited swap of the daemon's own are no difference", () =>
    expect(
      differences("memswap_limit: -1", {
        Runtime: "runc",
        Ulimits: [{ Name: "nofile", Soft: 10, Hard: 20 }],
        MemorySwap: -1,
        BlkioDeviceReadBps: null,
      }),
    ).toEqual([]));

  it("the option that the daemon adds is a difference where nothing asks for it", () =>
    expect(differences("cap_add: []", { SecurityOpt: ["label=disable"] })).toEqual([
      "security options are label=disable, should be none",
    ]));
});
