import { describe, expect, it } from "vitest";
const megabyte = 1024 ** 2;

describe("every difference of a container is told in words", () => {
  it.each<[string, Change<Live>, string]>([
    [
      "is stopped (exit code 137)",
      full(({ State }) => void Object.assign(State, { Status: "exited", ExitCode: 137 })),
      up,
    ],
    ["was never started", full(({ State }) => void (State.Status = "created")), up],
    ["is paused", full(({ State }) => void (State.Status = "paused")), "docker unpause shop_full"],
    ["is unhealthy", full(({ State }) => void (State.Health = { Status: "unhealthy" })), "docker restart shop_full"],
    [
      "restarts again and again (exit code 3)",
      full(({ State }) => void Object.assign(State, { Status: "restarting", ExitCode: 3 })),
      removal("shop_full"),
    ],
    ["restarts again and again (exit code 0)", full((one) => void (one.RestartCount = 3)), removal("shop_full")],
    ["ended with exit code 4", job(({ State }) => void (State.ExitCode = 4)), up],
    ["has not run", job(({ State }) => void (State.Status = "created")), up],
    [
      "runs image 222222222222, app:1 means 111111111111 now",
      full((one) => void (one.Image = "sha256:222222222222222")),
      up,
    ],
    ["entrypoint was changed", full(({ Config }) => void (Config.Entrypoint = ["/other"])), up],
    ["command was changed", full(({ Config }) => void (Config.Cmd = ["serve"])), up],
    ["command was changed", plain(({ Config }) => void (Config.Cmd = ["other"])), up],
    ["user is root, should be 1001:1001", full(({ Config }) => void (Config.User = "")), up],
    ["user is 5, should be app", plain(({ Config }) => void (Config.User = "5")), up],
    ["working directory is /tmp, should be /srv", full(({ Config }) => void (Config.WorkingDir = "/tmp")), up],
    ["host name is back, should be front", full(({ Config }) => void (Config.Hostname = "back")), up],
    ["environment DEBUG was changed", environment("DEBUG=False", "DEBUG=True"), up],
    ["environment DEBUG was removed", environment("DEBUG=False"), up],
    ["environment LANG was removed", environment("LANG=C"), up],
    ["environment EXTRA was added", full(({ Config }) => void Config.Env?.push("EXTRA=1")), up],
    ["environment TOKEN was changed", environment(`TOKEN=${token}`, "TOKEN=guessed"), removal("shop_full")],
    [
      "environment URL was changed",
      environment(`URL=db://app:${token}@db`, "URL=db://app:guessed@db"),
      removal("shop_full"),
    ],
    ["label team was changed", full(({ Config }) => void (Config.Labels = { ...Config.Labels, team: "red" })), up],
    [
      "label vendor was removed",
      full(({ Config }) => void delete (Config.Labels as Record<string, string>)["vendor"]),
      up,
    ],
    ["label mine was added", full(({ Config }) => void (Config.Labels = { ...Config.Labels, mine: "1" })), up],
    [
      "health check was changed",
      full(({ Config }) => void (Config.Healthcheck = { ...Config.Healthcheck, Interval: 9e9 })),
      up,
    ],
    ["stop signal is SIGTERM, should be SIGINT", full(({ Config }) => void (Config.StopSignal = "")), up],
    ["time to stop is 10 s, should be 7 s", full(({ Config }) => void (Config.StopTimeout = null)), up],
    ["memory is 256 MB, should be 512 MB", full(({ HostConfig }) => void (HostConfig.Memory = 256 * megabyte)), up],
    ["memory is 256 MB, should be unlimited", plain(({ HostConfig }) => void (HostConfig.Memory = 256 * megabyte)), up],
    [
      "memory with swap is 2 GB, should be 1 GB",
      full(({ HostConfig }) => void (HostConfig.MemorySwap = 2048 * megabyte)),
      up,
    ],
    [
      "reserved memory is unlimited, should be 128 MB",
      full(({ HostConfig }) => void (HostConfig.MemoryReservation = 0)),
      up,
    ],
    ["CPU limit is 2, should be 0.5", full(({ HostConfig }) => void (HostConfig.NanoCpus = 2e9)), up],
    ["CPU limit is 1, should be none", plain(({ HostConfig }) => void (HostConfig.NanoCpus = 1e9)), up],
    ["CPU quota is 5000, should be none", plain(({ HostConfig }) => void (HostConfig.CpuQuota = 5000)), up],
    ["CPU shares are 512, should be none", plain(({ HostConfig }) => void (HostConfig.CpuShares = 512)), up],
    ["CPU set is 0, should be all", plain(({ HostConfig }) => void (HostConfig.CpusetCpus = "0")), up],
    ["process limit is 50, should be none", plain(({ HostConfig }) => void (HostConfig.PidsLimit = 50)), up],
    [
      "restart policy is always, should be on-failure:3",
      full(({ HostConfig }) => void (HostConfig.RestartPolicy = { Name: "always" })),
      up,
    ],
    [
      "restart policy is no, should be unless-stopped",
      plain(({ HostConfig }) => void (HostConfig.RestartPolicy = { Name: "" })),
      up,
    ],
    [
      "published ports are 0.0.0.0:28778->8000/tcp, should be 127.0.0.1:28778->8000/tcp",
      full(({ HostConfig }) => void (HostConfig.PortBindings = { "8000/tcp": [{ HostIp: "", HostPort: "28778" }] })),
      up,
    ],
    [
      "published ports are none, should be 127.0.0.1:28778->8000/tcp",
      full(({ HostConfig }) => void (HostConfig.PortBindings = null)),
      up,
    ],
    ["tmpfs /tmp was changed", full(({ HostConfig }) => void (HostConfig.Tmpfs = { "/tmp": "" })), up],
    ["extra hosts are none, should be gate:10.0.0.1", full(({ HostConfig }) => void (HostConfig.ExtraHosts = [])), up],
    [
      "added capabilities are CAP_CHOWN, CAP_KILL, should be CAP_CHOWN",
      full(({ HostConfig }) => void HostConfig.CapAdd?.push("KILL")),
      up,
    ],
    ["dropped capabilities are none, should be ALL", full(({ HostConfig }) => void (HostConfig.CapDrop = null)), up],
    [
      "security options are none, should be no-new-privileges:true",
      full(({ HostConfig }) => void (HostConfig.SecurityOpt = null)),
      up,
    ],
    [
      "root file system is read-only, should be writable",
      full(({ HostConfig }) => void (HostConfig.ReadonlyRootfs = true)),
      up,
    ],
    ["init is off, should be on", full(({ HostConfig }) => void (HostConfig.Init = null)), up],
    ["privileged mode is on, should be off", full(({ HostConfig }) => void (HostConfig.Privileged = true)), up],
    [
      "log driver is local, should be json-file",
      full(({ HostConfig }) => void (HostConfig.LogConfig = { ...HostConfig.LogConfig, Type: "local" })),
      up,
    ],
    [
      "log option max-size was changed",
      full(
        ({ HostConfig }) =>
          void (HostConfig.LogConfig = { Type: "json-file", Config: { "max-file": "3", "max-size": "1g" } }),
      ),
      up,
    ],
    [
      "shared memory is 64 MB, should be 128 MB",
      full(({ HostConfig }) => void (HostConfig.ShmSize = 64 * megabyte)),
      up,
    ],
    ["mount /data is missing", full((one) => void one.Mounts?.shift()), up],
    ["mount /data is volume other, should be volume shop_data", mount("/data", { Name: "other" }), up],
    ["mount /conf is directory /srv/conf, should be directory /srv/conf, read-only", mount("/conf", { RW: true }), up],
    [
      "mount /extra (volume mine) is not its own",
      plain((one) => void one.Mounts?.push({ Type: "volume", Name: "mine", Destination: "/extra", RW: true })),
      up,
    ],
    [
      "is not attached to the network shop_side",
      full(({ NetworkSettings }) => void delete NetworkSettings.Networks?.["shop_side"]),
      up,
    ],
    [
      "is attached to the foreign network office",
      plain(({ NetworkSettings }) => void Object.assign(NetworkSettings.Networks ?? {}, { office: {} })),
      up,
    ],
    ["has lost its alias web on the network shop_default", attachment("shop_default", { Aliases: ["full"] }), up],
    [
      "has the alias www on the network shop_default",
      attachment("shop_default", { Aliases: ["full", "web", "www"] }),
      up,
    ],
    [
      "fixed address on the network shop_side is none, should be 10.200.0.5",
      attachment("shop_side", { IPAMConfig: {} }),
      up,
    ],
    [
      "fixed address on the network shop_default is 10.1.1.1, should be none",
      attachment("shop_default", { IPAMConfig: { IPv4Address: "10.1.1.1" } }),
      up,
    ],
    [
      "is attached to a network shop_side that is gone; another one has its name now",
      attachment("shop_side", { NetworkID: "gone" }),
      up,
    ],
    ["secret file /run/secrets/TOKEN was changed", file("other"), removal("shop_full")],
    ["secret file /run/secrets/TOKEN was removed", file(undefined), removal("shop_full")],
  ])("%s", (message, change, remedy) => {
    expect(findingsAfter(change)).toEqual([
      expect.objectContaining({ code: "container-drifted", severity: "warning", kind: "drift", message, remedy }),
    ]);
  });

  function environment(entry: string, other?: string): Change<Live> {
    return full(
      ({ Config }) => void (Config.Env = (Config.Env ?? []).flatMap((one) => (one === entry ? (other ?? []) : [one]))),
    );
  }
  function mount(target: string, change: object): Change<Live> {
    return full(
      (one) => void Object.assign(one.Mounts?.find(({ Destination }) => Destination === target) ?? {}, change),
    );
  }
  function attachment(network: string, change: object): Change<Live> {
    return full(({ NetworkSettings }) => void Object.assign(NetworkSettings.Networks?.[network] ?? {}, change));
  }
  function file(content: string | undefined): Change<Live> {
    return (live) => void (live.files[idOf(0)] = { "/run/secrets/TOKEN": content });
  }
});

