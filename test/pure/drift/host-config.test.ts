import { describe, expect, it } from "vitest";
import { hostConfigDifferences } from "../../../src/drift/host-config.ts";
import type { InspectedHostConfig } from "../../../src/host/inspected.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const differences = (keys: string, live: InspectedHostConfig) => {
  const blueprintYaml = `services: { web: { image: "web:1", security_opt: [], logging: { driver: none }, ${keys} } }`;
  const deployment = deploymentFrom("config: { berth:prefix: a }", { blueprintYaml });
  const usual = { LogConfig: { Type: "none" }, RestartPolicy: { Name: "no" } };
  return hostConfigDifferences(deployment.containers[0]!, deployment, { ...usual, ...live }).map(({ what }) => what);
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
  ])("%s has not drifted while the daemon has it, and has without", (keys, live) => {
    expect(differences(keys, live)).toEqual([]);
    expect(differences(keys, {})).not.toEqual([]);
  });

  it("the option that the daemon adds is a difference where nothing asks for it", () =>
    expect(differences("cap_add: []", { SecurityOpt: ["label=disable"] })).toEqual([
      "security options are label=disable, should be none",
    ]));
});
