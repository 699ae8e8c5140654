import { describe, expect, it } from "vitest";
import { change, type Change, findingsAfter, idOf, set, token } from "./sample.ts";

const up = "pulumi up -y -s shop-a";
const removal = `docker rm -f shop_full && ${up}`;
const megabyte = 1024 ** 2;
const anonymous = "a".repeat(64);

describe.each<[string, string, readonly [string, Change][]]>([
  [
    "what the engine repairs by itself",
    up,
    [
      ["is stopped (exit code 137)", set("full", { State: { Status: "exited", ExitCode: 137 } })],
      ["was never started", set("full", { State: { Status: "created" } })],
      ["runs image 222222222222, app:1 means 111111111111 now", set("full", { Image: "sha256:222222222222222" })],
      ["memory is 256 MB, should be 512 MB", set("full", { HostConfig: { Memory: 256 * megabyte } })],
      ["memory with swap is 2 GB, should be 1 GB", set("full", { HostConfig: { MemorySwap: 2048 * megabyte } })],
      ["reserved memory is unlimited, should be 128 MB", set("full", { HostConfig: { MemoryReservation: 0 } })],
      ["CPU limit is 2, should be 0.5", set("full", { HostConfig: { NanoCpus: 2e9 } })],
      ["CPU limit is 1, should be none", set("plain", { HostConfig: { NanoCpus: 1e9 } })],
      ["restart policy is always, should be on-failure:3", restart("full", { Name: "always" })],
      ["restart policy is no, should be unless-stopped", restart("plain", { Name: "" })],
    ],
  ],
  [
    "what a replacement repairs",
    `${up} (replaces the container)`,
    [
      ["ended with exit code 4", set("job", { State: { ExitCode: 4 } })],
      ["has not run", set("job", { State: { Status: "created" } })],
      ["entrypoint was changed", set("full", { Config: { Entrypoint: ["/other"] } })],
      ["command was changed", set("full", { Config: { Cmd: ["serve"] } })],
      ["command was changed", set("plain", { Config: { Cmd: ["other"] } })],
      ["user is root, should be 1001:1001", set("full", { Config: { User: "" } })],
      ["user is 5, should be app", set("plain", { Config: { User: "5" } })],
      ["working directory is /tmp, should be /srv", set("full", { Config: { WorkingDir: "/tmp" } })],
      ["host name is back, should be front", set("full", { Config: { Hostname: "back" } })],
      ["environment DEBUG was changed", environment("DEBUG=False", "DEBUG=True")],
      ["environment DEBUG was removed", environment("DEBUG=False")],
      ["environment LANG was removed", environment("LANG=C")],
      ["environment EXTRA was added", environment("LANG=C", "LANG=C", "EXTRA=1")],
      ["environment TOKEN was removed", environment(`TOKEN=${token}`)],
      ["label team was changed", labels({ team: "red" })],
      ["label vendor was removed", labels({ vendor: undefined })],
      ["label mine was added", labels({ mine: "1" })],
      [
        "health check was changed",
        change("full", ({ Config: { Healthcheck: check } }) => ({
          Config: { Healthcheck: { ...check, Interval: 9e9 } },
        })),
      ],
      ["stop signal is SIGTERM, should be SIGINT", set("full", { Config: { StopSignal: "" } })],
      ["stop timeout is 10 s, should be 7 s", set("full", { Config: { StopTimeout: null } })],
      ["memory is 256 MB, should be unlimited", set("plain", { HostConfig: { Memory: 256 * megabyte } })],
      ["CPU quota is 5000, should be none", set("plain", { HostConfig: { CpuQuota: 5000 } })],
      ["CPU shares are 512, should be none", set("plain", { HostConfig: { CpuShares: 512 } })],
      ["CPU set is 0, should be all", set("plain", { HostConfig: { CpusetCpus: "0" } })],
      ["process limit is 50, should be none", set("plain", { HostConfig: { PidsLimit: 50 } })],
      [
        "published ports are 0.0.0.0:28778->8000/tcp, should be 127.0.0.1:28778->8000/tcp",
        ports({ HostIp: "", HostPort: "28778" }),
      ],
      [
        "published ports are none, should be 127.0.0.1:28778->8000/tcp",
        set("full", { HostConfig: { PortBindings: null } }),
      ],
      ["tmpfs /tmp was changed", set("full", { HostConfig: { Tmpfs: { "/tmp": "" } } })],
      ["extra hosts are none, should be gate:10.0.0.1", set("full", { HostConfig: { ExtraHosts: [] } })],
      [
        "added capabilities are CAP_CHOWN, CAP_KILL, should be CAP_CHOWN",
        set("full", { HostConfig: { CapAdd: ["KILL", "CHOWN"] } }),
      ],
      ["dropped capabilities are none, should be ALL", set("full", { HostConfig: { CapDrop: null } })],
      [
        "security options are none, should be no-new-privileges:true",
        set("full", { HostConfig: { SecurityOpt: null } }),
      ],
      ["root file system is read-only, should be writable", set("full", { HostConfig: { ReadonlyRootfs: true } })],
      ["init is off, should be on", set("full", { HostConfig: { Init: null } })],
      ["privileged mode is on, should be off", set("full", { HostConfig: { Privileged: true } })],
      ["process namespace is host, should be its own", set("full", { HostConfig: { PidMode: "host" } })],
      ["IPC namespace is host, should be its own", set("full", { HostConfig: { IpcMode: "host" } })],
      ["user namespace is host, should be its own", set("full", { HostConfig: { UsernsMode: "host" } })],
      ["parent control group is /x, should be Docker's", set("full", { HostConfig: { CgroupParent: "/x" } })],
      ["groups are 0, should be none", set("full", { HostConfig: { GroupAdd: ["0"] } })],
      [
        "devices are /dev/kvm:/dev/kvm:rwm, should be none",
        set("full", {
          HostConfig: {
            Devices: [{ PathOnHost: "/dev/kvm", PathInContainer: "/dev/kvm", CgroupPermissions: "rwm" }],
          },
        }),
      ],
      ["log driver is local, should be json-file", logging("local", "10m")],
      ["log option max-size was changed", logging("json-file", "1g")],
      ["shared memory is 64 MB, should be 128 MB", set("full", { HostConfig: { ShmSize: 64 * megabyte } })],
      ["mount /data is missing", change("full", ({ Mounts: mounts }) => ({ Mounts: mounts?.slice(1) }))],
      ["mount /data is volume other, should be volume shop_data", mount("/data", { Name: "other" })],
      ["mount /conf is directory /srv/conf, should be directory /srv/conf, read-only", mount("/conf", { RW: true })],
      [
        "mount /extra (volume mine) is not its own",
        set("plain", { Mounts: [{ Type: "volume", Name: "mine", Destination: "/extra", RW: true }] }),
      ],
      ["mount /cache (volume mine) is not its own", mount("/cache", { Name: "mine" })],
      [`mount /other (volume ${anonymous}) is not its own`, mount("/cache", { Destination: "/other" })],
      ["is not attached to the network shop_side", attachment("shop_side", undefined)],
      ["is attached to the foreign network office", attachment("office", {})],
      ["has lost its alias web on the network shop_default", attachment("shop_default", { Aliases: ["full"] })],
      [
        "has the alias www on the network shop_default",
        attachment("shop_default", { Aliases: ["full", "web", "www"] }),
      ],
      [
        "fixed address on the network shop_side is none, should be 10.200.0.5",
        attachment("shop_side", { IPAMConfig: {} }),
      ],
      [
        "fixed address on the network shop_default is 10.1.1.1, should be none",
        attachment("shop_default", { IPAMConfig: { IPv4Address: "10.1.1.1" } }),
      ],
      [
        "is attached to a network shop_side that is gone; another one has its name now",
        attachment("shop_side", { NetworkID: "gone" }),
      ],
    ],
  ],
  [
    "what only a new container repairs, and the program does not see",
    removal,
    [
      ["environment TOKEN was changed", environment(`TOKEN=${token}`, "TOKEN=guessed")],
      ["environment URL was changed", environment(`URL=db://app:${token}@db`, "URL=db://app:guessed@db")],
      ["secret file /run/secrets/TOKEN was changed", file("other")],
      ["secret file /run/secrets/TOKEN was removed", file(undefined)],
    ],
  ],
  [
    "a container in no good state",
    `${removal} (first find out why:\ndocker logs --tail 50 shop_full)`,
    [
      ["restarts again and again (exit code 3)", set("full", { State: { Status: "restarting", ExitCode: 3 } })],
      ["restarts again and again", set("full", { RestartCount: 3 })],
    ],
  ],
  ["one that is held", "docker unpause shop_full", [["is paused", set("full", { State: { Status: "paused" } })]]],
  [
    "one that does not answer",
    "docker restart shop_full",
    [["is unhealthy", set("full", { State: { Health: { Status: "unhealthy" } } })]],
  ],
])("%s: %s", (_, remedy, rows) => {
  it.each(rows)("%s", (message, done) => {
    const [finding, ...others] = findingsAfter(done);
    expect(finding).toMatchObject({ code: "container-drifted", severity: "warning", kind: "drift", message });
    expect(finding?.remedy + (finding?.remedyNote ? ` (${finding.remedyNote})` : "")).toBe(remedy);
    expect(others).toEqual([]);
  });
});

describe("what is no difference", () => {
  it.each<[string, Change]>([
    ["nothing at all", () => undefined],
    ["what Compose adds", labels({ "com.docker.compose.project": "x" })],
    ["the label of an attempt", labels({ "berth.attempt": "0123456789ab" })],
    ["swap that the kernel does not count", set("full", { HostConfig: { MemorySwap: -1 } })],
    ["no process limit, in Docker's other words", set("full", { HostConfig: { PidsLimit: -1 } })],
    ["a security option in short", set("full", { HostConfig: { SecurityOpt: ["no-new-privileges"] } })],
    ["a capability in short", set("full", { HostConfig: { CapAdd: ["chown"] } })],
    ["another order", change("full", ({ Config: { Env } }) => ({ Config: { Env: [...(Env ?? [])].reverse() } }))],
    ["a container that never started and so has no network's id", attachment("shop_side", { NetworkID: "" })],
    ["restarts in the past", set("full", { RestartCount: 5, State: { StartedAt: "2030-01-01T11:50:00Z" } })],
    ["a check that has not begun", set("full", { State: { Health: { Status: "starting" } } })],
    ["a secret that Compose mounts", mountedSecret],
    ["a secret file that was not checked", (live) => void (live.files = {})],
  ])("%s", (_, done) => expect(findingsAfter(done)).toEqual([]));
});

function mountedSecret(live: Parameters<Change>[0]): void {
  const secret = { Type: "bind", Source: "/here/secret", Destination: "/run/secrets/TOKEN", RW: true };
  change("full", ({ Mounts: mounts }) => ({ Mounts: [...(mounts ?? []), secret] }))(live);
}

function restart(service: string, policy: object): Change {
  return set(service, { HostConfig: { RestartPolicy: policy } });
}

function environment(entry: string, ...others: string[]): Change {
  return change("full", ({ Config: { Env } }) => ({
    Config: { Env: Env?.flatMap((one) => (one === entry ? others : [one])) },
  }));
}

function labels(others: Readonly<Record<string, string | undefined>>): Change {
  return change("full", ({ Config: { Labels } }) => {
    const all = Object.entries({ ...Labels, ...others });
    return {
      Config: { Labels: Object.fromEntries(all.filter((one): one is [string, string] => one[1] !== undefined)) },
    };
  });
}

function ports(binding: object): Change {
  return set("full", { HostConfig: { PortBindings: { "8000/tcp": [binding] } } });
}

function logging(driver: string, size: string): Change {
  return set("full", { HostConfig: { LogConfig: { Type: driver, Config: { "max-file": "3", "max-size": size } } } });
}

function mount(target: string, other: object): Change {
  return change("full", ({ Mounts: mounts }) => ({
    Mounts: mounts?.map((one) => (one.Destination === target ? { ...one, ...other } : one)),
  }));
}

function attachment(network: string, other: object | undefined): Change {
  return change("full", ({ NetworkSettings: { Networks: networks } }) => {
    const { [network]: there, ...rest } = networks ?? {};
    return {
      NetworkSettings: { Networks: other === undefined ? rest : { ...networks, [network]: { ...there, ...other } } },
    };
  });
}

function file(content: string | undefined): Change {
  return (live) => void (live.files[idOf(0)] = { "/run/secrets/TOKEN": content });
}
