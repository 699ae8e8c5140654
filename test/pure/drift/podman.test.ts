import { describe, expect, it } from "vitest";
import { type Change, change, findingsAfter, sample, set } from "./sample.ts";

/** As Podman 4.3 tells the sample that is as it should be. */
const toldByPodman: Change = (live) => {
  live.runtime = "podman";
  for (const container of live.containers) {
    const { Config: config, HostConfig: host, NetworkSettings: settings } = container;
    config.Env = [...(config.Env ?? []), "TERM=xterm", "container=podman", `HOSTNAME=${config.Hostname}`];
    config.StopSignal = "2";
    Object.assign(host, {
      CapAdd: [],
      CapDrop: ["AUDIT_WRITE", "DAC_OVERRIDE"],
      CpuQuota: (host.NanoCpus ?? 0) / 1e4,
      LogConfig: { Type: host.LogConfig?.Type, Config: null },
      PidsLimit: 2048,
      SecurityOpt: ["no-new-privileges"],
      Sysctls: undefined,
      Tmpfs: { "/tmp": "size=1m,rw,rprivate,nosuid,nodev,tmpcopyup", "/run": "rw,rprivate,nosuid,nodev,tmpcopyup" },
    });
    for (const [name, attachment] of Object.entries(settings.Networks ?? {}))
      Object.assign(attachment, {
        NetworkID: name,
        IPAddress: attachment.IPAMConfig?.IPv4Address ?? "10.1.2.3",
        IPAMConfig: null,
      });
  }
};

const messages = (...changes: Change[]): (string | undefined)[] =>
  findingsAfter((live) => {
    for (const done of [toldByPodman, ...changes]) done(live);
  }).map(({ message }) => message);

describe("a deployment on Podman", () => {
  it("that is as it should be has no drift, whatever words Podman has for it", () => {
    expect(sample.services.length).toBeGreaterThan(0);
    expect(messages()).toEqual([]);
  });

  it.each<[string, Change]>([
    ["memory is 256 MB, should be 512 MB", set("full", { HostConfig: { Memory: 256 * 1024 ** 2 } })],
    ["CPU limit is 2, should be 0.5", set("full", { HostConfig: { NanoCpus: 2e9 } })],
    [
      "environment EXTRA was added",
      change("full", ({ Config: { Env } }) => ({ Config: { Env: [...(Env ?? []), "EXTRA=1"] } })),
    ],
    [
      "fixed address on the network shop_side is 10.200.0.9, should be 10.200.0.5",
      (live) => {
        const side = live.containers[0]?.NetworkSettings.Networks?.["shop_side"];
        if (side) side.IPAddress = "10.200.0.9";
      },
    ],
  ])("tells: %s", (message, done) => expect(messages(done)).toEqual([message]));
});
