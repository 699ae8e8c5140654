import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/conflicts/finding.ts";
import { compare } from "../../src/drift/compare.ts";
import { type Known, knownOf } from "../../src/drift/known.ts";
import type { Live, LiveContainer } from "../../src/drift/live.ts";
import { idOf, liveOf, sampleDeployment, token, type Writable } from "./sample.ts";

const deployment = sampleDeployment();
const secrets = { TOKEN: token };
const up = "pulumi up -y -s shop-a";
const removal = (name: string) => `docker rm -f ${name} && ${up}`;

type Change<T> = (live: Writable<T>) => void;

function findingsAfter(change: Change<Live>, options: Parameters<typeof compare>[2] = { secrets }): Finding[] {
  const live = liveOf(deployment);
  change(live);
  return compare(deployment, live as Live, options);
}

const changing =
  (index: number, change: Change<LiveContainer>): Change<Live> =>
  (live) =>
    change(live.containers[index] as Writable<LiveContainer>);
const full = (change: Change<LiveContainer>) =>
  changing(
    deployment.services.findIndex(({ key }) => key === "full"),
    change,
  );
const plain = (change: Change<LiveContainer>) =>
  changing(
    deployment.services.findIndex(({ key }) => key === "plain"),
    change,
  );
const job = (change: Change<LiveContainer>) =>
  changing(
    deployment.services.findIndex(({ key }) => key === "job"),
    change,
  );
const megabyte = 1024 ** 2;

describe("a deployment that is as it should be", () => {
  it("shows no difference", () => expect(findingsAfter(() => undefined)).toEqual([]));
  it("nor while it is stopped", () => {
    const stopped = sampleDeployment("  berth:running: false\n");
    expect(compare(stopped, liveOf(stopped) as Live)).toEqual([]);
  });
  it.each<[string, Change<Live>]>([
    [
      "what Compose adds",
      full(({ Config }) => void (Config.Labels = { ...Config.Labels, "com.docker.compose.project": "x" })),
    ],
    [
      "the label of an attempt",
      full(({ Config }) => void (Config.Labels = { ...Config.Labels, "berth.attempt": "0123456789ab" })),
    ],
    ["swap that the kernel does not count", full(({ HostConfig }) => void (HostConfig.MemorySwap = -1))],
    ["no process limit, in Docker's other words", full(({ HostConfig }) => void (HostConfig.PidsLimit = -1))],
    ["a security option in short", full(({ HostConfig }) => void (HostConfig.SecurityOpt = ["no-new-privileges"]))],
    ["a capability in short", full(({ HostConfig }) => void (HostConfig.CapAdd = ["chown"]))],
    ["another order", full(({ Config }) => void Config.Env?.reverse())],
    [
      "a container that never started and so has no network's id",
      full(
        ({ NetworkSettings }) =>
          void Object.values(NetworkSettings.Networks ?? {}).forEach((one) => (one.NetworkID = "")),
      ),
    ],
    [
      "a restart in the past",
      full(
        (one) =>
          void Object.assign(one, { RestartCount: 5, State: { ...one.State, StartedAt: "2030-01-01T11:50:00Z" } }),
      ),
    ],
    ["a check that has not begun", full(({ State }) => void (State.Health = { Status: "starting" }))],
  ])("nor by %s", (_, change) => expect(findingsAfter(change)).toEqual([]));
});

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

describe("a finding", () => {
  it("has both parties and all differences at once", () => {
    const both = full(({ State, HostConfig }) => {
      State.Status = "paused";
      HostConfig.PidsLimit = 5;
    });
    expect(findingsAfter(both)).toEqual([
      {
        code: "container-drifted",
        severity: "warning",
        kind: "drift",
        key: "shop_full",
        message: "is paused; process limit is 5, should be none",
        wanted: { stack: "shop-a", service: "full", file: "blueprints/sample.yaml", path: "services.full", line: 2 },
        held: { container: "shop_full" },
        remedy: `docker unpause shop_full && ${up}`,
        remedyNote: "replaces the container",
      },
    ]);
  });

  it("never shows a secret", () => {
    const everything = full((one) => {
      one.Config.Env = one.Config.Env?.map((entry) => `${entry}-other`) ?? [];
      one.Config.Cmd = [token];
      one.Config.Labels = { [labelOfStack]: deployment.id, ...one.Config.Labels, team: token };
    });
    const text = JSON.stringify(findingsAfter(everything));
    expect(text).toContain("environment TOKEN was");
    expect(text).not.toContain(token);
  });

  it("does not speak of secrets whose texts are not known, unless they are gone", () => {
    const other = full(
      ({ Config }) => void (Config.Env = Config.Env?.map((entry) => entry.replace(token, "other")) ?? []),
    );
    expect(findingsAfter(other, {})).toEqual([]);
    const gone = full(({ Config }) => void (Config.Env = Config.Env?.filter((entry) => !entry.includes(token)) ?? []));
    expect(findingsAfter(gone, {}).map(({ message }) => message)).toEqual([
      "environment TOKEN was removed; environment URL was removed",
    ]);
  });

  it("names the endpoint in its remedy where that is not the one of this machine", () => {
    const remote = { ...deployment, endpoint: { name: "ssh://ops@host", url: "ssh://ops@host" } };
    const live = liveOf(remote);
    full(({ State }) => void (State.Status = "paused"))(live);
    expect(compare(remote, live as Live).map(({ remedy }) => remedy)).toEqual([
      "docker -H ssh://ops@host unpause shop_full",
    ]);
  });
});

const labelOfStack = "berth.stack";

describe("a container that is not the deployment's own", () => {
  const known: Known = knownOf([
    ...deployment.services.map(({ name }, index) => ({
      type: "docker:index/container:Container",
      outputs: { name, id: idOf(index) },
    })),
    ...deployment.networks.map(({ name }, index) => ({
      type: "docker:index/network:Network",
      outputs: { name, id: `n${index}`.padEnd(64, "0") },
    })),
    ...deployment.volumes.map(({ name }) => ({ type: "docker:index/volume:Volume", outputs: { name, id: name } })),
  ]);
  const noted = (change: Change<Live>) =>
    findingsAfter(change, { secrets, known }).map(({ key, severity, message, remedy }) => [
      key,
      severity,
      message,
      remedy,
    ]);

  it("is none of these while nothing was done", () => expect(noted(() => undefined)).toEqual([]));
  it.each<[string, Change<Live>, [string, string, string, string]]>([
    [
      "is a copy",
      full((one) => void (one.Id = "d".repeat(64))),
      ["shop_full", "error", "was made anew by hand: it is not the one that the engine made", removal("shop_full")],
    ],
    [
      "has no label of ours",
      full(({ Config }) => void (Config.Labels = {})),
      ["shop_full", "error", "was made by somebody else: it has no label of this deployment", removal("shop_full")],
    ],
    ["is gone", (live) => void live.containers.shift(), ["shop_full", "warning", "is gone", up]],
    [
      "was renamed",
      full((one) => void (one.Name = "/shop_old")),
      ["shop_full", "warning", "was renamed to shop_old", up],
    ],
    [
      "left a copy of another name behind",
      full((one) => void Object.assign(one, { Name: "/shop_copy", Id: "d".repeat(64) })),
      ["shop_full", "warning", "is gone", up],
    ],
    [
      "was made from another specification",
      full(
        ({ Config, HostConfig }) =>
          void ((Config.Labels = { ...Config.Labels, "berth.spec": "old" }), (HostConfig.PidsLimit = 5)),
      ),
      ["shop_full", "warning", "was made from another specification", up],
    ],
    [
      "has lost its volume",
      (live) => void (live.volumes = []),
      ["shop_data", "warning", "is gone, and the data in it", up],
    ],
    [
      "has a volume of a stranger",
      (live) => void (live.volumes[0]!.Labels = null),
      [
        "shop_data",
        "warning",
        "was made by somebody else, so its data may be gone",
        "pulumi config set --path 'berth:adopt[0]' data -s shop-a",
      ],
    ],
    [
      "has a volume that was made anew",
      (live) => void (live.volumes[0]!.Options = { type: "tmpfs" }),
      [
        "shop_data",
        "warning",
        "was made anew, so its data may be gone: driver option type was added",
        `mkdir -p .berth && docker cp -a shop_full:/data .berth/shop_data && docker rm -f shop_full && docker volume rm shop_data && ${up}`,
      ],
    ],
    [
      "has lost its network",
      (live) =>
        void live.networks.splice(
          live.networks.findIndex(({ Name }) => Name === "shop_side"),
          1,
        ),
      ["shop_side", "warning", "does not exist", up],
    ],
  ])("%s", (_, change, finding) => expect(noted(change)).toEqual([finding]));

  it("has a network that was made anew: strangers are detached, its own containers go", () => {
    const change: Change<Live> = (live) => {
      const side = live.networks.find(({ Name }) => Name === "shop_side");
      Object.assign(side ?? {}, { Id: "e".repeat(64), Internal: true, attached: ["shop_full", "stranger"] });
    };
    const id = "e".repeat(12);
    expect(noted(change)).toContainEqual([
      "shop_side",
      "error",
      "was made anew by hand: way out is cut off, should be open",
      `docker rm -f shop_full && docker network disconnect -f ${id} stranger && docker network rm ${id} && ${up}`,
    ]);
  });

  it("without the engine's state, nothing live is one finding, and a missing container was never created", () => {
    const empty: Live = { ...(liveOf(deployment) as Live), containers: [], volumes: [], networks: [] };
    expect(compare(deployment, empty)).toEqual([
      expect.objectContaining({ key: "shop", message: "nothing of it is live", remedy: up }),
    ]);
    const [first] = findingsAfter((live) => void live.containers.shift());
    expect(first).toMatchObject({ key: "shop_full", message: "was never created" });
  });
});

describe("a stopped deployment", () => {
  it("tells which container runs all the same", () => {
    const stopped = sampleDeployment("  berth:running: false\n");
    const live = liveOf(stopped);
    plain(({ State }) => void (State.Status = "running"))(live);
    expect(compare(stopped, live as Live)).toEqual([
      expect.objectContaining({ key: "shop_plain", message: "runs, although its deployment is stopped", remedy: up }),
    ]);
  });
});
