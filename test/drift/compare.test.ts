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
