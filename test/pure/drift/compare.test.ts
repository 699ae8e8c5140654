import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { compare } from "../../../src/drift/compare.ts";
import { type Known, knownOf } from "../../../src/engine/state.ts";
import { lostVolumes } from "../../../src/drift/volumes.ts";
import type { Live, InspectedNetwork } from "../../../src/host/inspected.ts";
import { change, type Change, findingsAfter, liveOf, sample, sampleDeployment, secrets, set, token } from "./sample.ts";
import { remedyOf, shown } from "../report/shown.ts";

const up = "pulumi up -y -s shop-a";

describe("a finding", () => {
  it("has both parties and all differences at once", () => {
    expect(findingsAfter(set("full", { State: { Status: "paused" }, HostConfig: { PidsLimit: 5 } }))).toEqual([
      {
        code: "container-drifted",
        severity: "warning",
        kind: "drift",
        key: "shop_full",
        message: "is paused; process limit is 5, should be none",
        wanted: { stack: "shop-a", service: "full", file: "blueprints/sample.yaml", path: "services.full", line: 2 },
        held: { live: "container", name: "shop_full" },
        remedy: `docker unpause shop_full && ${up}`,
        remedyNote: "replaces the container",
      },
    ]);
  });

  it("never shows a secret", () => {
    const everything = change("full", ({ Config: { Env, Labels } }) => ({
      Config: { Env: Env?.map((entry) => `${entry}-other`), Cmd: [token], Labels: { ...Labels, team: token } },
    }));
    const text = JSON.stringify(findingsAfter(everything));
    expect(text).toContain("environment TOKEN was changed");
    expect(text).not.toContain(token);
  });

  it("does not speak of secrets whose texts are not known, unless they are gone", () => {
    const other = change("full", ({ Config: { Env } }) => ({
      Config: { Env: Env?.map((one) => one.replace(token, "x")) },
    }));
    expect(findingsAfter(other, {})).toEqual([]);
    const gone = change("full", ({ Config: { Env } }) => ({
      Config: { Env: Env?.filter((one) => !one.includes(token)) },
    }));
    expect(messages(findingsAfter(gone, {}))).toEqual(["environment TOKEN was removed; environment URL was removed"]);
  });

  it("names the endpoint in its remedy where that is not the one of this machine", () => {
    const remote = { ...sample, endpoint: dockerEndpoint("ssh://ops@host", "ssh://ops@host") };
    const live = liveOf(remote);
    set("full", { State: { Status: "paused" } })(live);
    expect(compare(remote, live as Live).map(remedyOf)).toEqual(["docker -H ssh://ops@host unpause shop_full"]);
  });

  it("is the same in whatever order Docker lists things", () => {
    const live = liveOf(sample);
    for (const done of [set("full", { Image: "sha256:2" }), set("job", { State: { ExitCode: 1 } })]) done(live);
    live.volumes = [];
    const expected = compare(sample, live);
    const order = fc.shuffledSubarray(live.containers, { minLength: live.containers.length });
    fc.assert(
      fc.property(order, (containers) => {
        expect(compare(sample, { ...live, containers })).toEqual(expected);
      }),
    );
  });
});

describe("a deployment", () => {
  const stopped = sampleDeployment("  berth:running: false\n");

  it("that is stopped as it should be shows no difference", () => {
    expect(compare(stopped, liveOf(stopped) as Live)).toEqual([]);
  });

  it("that is stopped tells which container runs all the same", () => {
    const live = liveOf(stopped);
    set("plain", { State: { Status: "running" } })(live);
    expect(shown(compare(stopped, live as Live))).toEqual([
      expect.objectContaining({
        key: "shop_plain",
        message: "runs, although its deployment is stopped",
        remedy: up,
      }),
    ]);
  });

  it("that was running when it should be stopped keeps its containers, which the next up stops", () => {
    const messages = compare(stopped, liveOf(sample)).map(({ message }) => message);
    expect(messages).toEqual(["runs, although its deployment is stopped", "runs, although its deployment is stopped"]);
  });

  it("of which nothing is live is one finding", () => {
    const empty = { ...liveOf(sample), containers: [], volumes: [], networks: [] } as Live;
    expect(shown(compare(sample, empty))).toEqual([
      expect.objectContaining({ key: "shop", message: "nothing of it is live", remedy: up }),
    ]);
  });

  it("tells a missing container as never created where the engine's state is not at hand", () => {
    expect(messages(findingsAfter((live) => void live.containers.shift()))).toEqual(["was never created"]);
  });
});

describe("with the engine's state at hand", () => {
  const known: Known = knownOf([
    ...liveOf(sample).containers.map(({ Id: id, Name }) => state("container:Container", Name.slice(1), id)),
    ...liveOf(sample).networks.map(({ Id: id, Name }) => state("network:Network", Name, id)),
    ...liveOf(sample).volumes.map(({ Name }) =>
      state("volume:Volume", Name, Name, [{ label: "berth.identity", value: "first" }]),
    ),
    { ...state("container:Container", "shop_full", "0".repeat(64)), delete: true },
  ]);
  const removal = `docker rm -f shop_full && ${up}`;

  it.each<[string, Change, [string, string, string, string]]>([
    [
      "a copy",
      set("full", { Id: "d".repeat(64) }),
      ["shop_full", "error", "was recreated outside Pulumi: it is not the one that the engine created", removal],
    ],
    [
      "a stranger",
      set("full", { Config: { Labels: {} } }),
      [
        "shop_full",
        "error",
        "was not created for this deployment: its label berth.stack is missing or differs",
        removal,
      ],
    ],
    ["nothing", (live) => void live.containers.shift(), ["shop_full", "warning", "is gone", up]],
    ["another name", set("full", { Name: "/shop_old" }), ["shop_full", "warning", "was renamed to shop_old", up]],
    [
      "a copy of another name",
      set("full", { Name: "/shop_old", Id: "d".repeat(64) }),
      ["shop_full", "warning", "is gone", up],
    ],
    ["another specification", outdated, ["shop_full", "warning", "was made from another specification", up]],
    ["no volume", (live) => void (live.volumes = []), ["shop_data", "warning", "is gone, and the data in it", up]],
    [
      "a stranger's volume",
      (live) => void (live.volumes = [{ Name: "shop_data" }]),
      [
        "shop_data",
        "warning",
        "was not created for this deployment, so its data may be lost",
        "pulumi config set --path 'berth:adopt[0]' data -s shop-a",
      ],
    ],
    [
      "a volume that was made anew",
      (live) => void Object.assign(live.volumes[0] ?? {}, { Options: { type: "tmpfs" } }),
      [
        "shop_data",
        "warning",
        "was recreated, so its data may be lost: driver option type was added",
        `mkdir -p .berth && docker cp -a shop_full:/data .berth/shop_data && docker rm -f shop_full && docker volume rm shop_data && ${up}`,
      ],
    ],
    [
      "a volume that was made anew with the same labels",
      (live) => void Object.assign(live.volumes[0]?.Labels ?? {}, { "berth.identity": "second" }),
      ["shop_data", "warning", "was recreated, so its data may be lost: it is not the one that the engine created", up],
    ],
    [
      "no network",
      (live) => void (live.networks = live.networks.filter(({ Name }) => Name !== "shop_side")),
      ["shop_side", "warning", "does not exist", up],
    ],
    [
      "a network that was made anew, with a stranger in it",
      side({ Id: "e".repeat(64), Internal: true, attached: ["shop_full", "stranger"] }),
      [
        "shop_side",
        "error",
        "was recreated outside Pulumi: internal is true, should be false",
        `docker rm -f shop_full && docker network disconnect -f eeeeeeeeeeee stranger && docker network rm eeeeeeeeeeee && ${up}`,
      ],
    ],
  ])("%s in its place is told as that", (_, done, finding) => {
    const both: Change = (live) => {
      asMade(live);
      done(live);
    };
    const found = findingsAfter(both, { secrets, known }).map(({ key, severity, message, remedy }) => [
      key,
      severity,
      message,
      remedy,
    ]);
    expect(found).toContainEqual(finding);
  });

  it("nothing is told while nothing was done", () => expect(findingsAfter(asMade, { secrets, known })).toEqual([]));

  it("which volume it is counts only where the engine has seen that", () => {
    const before = { ...known, volumes: { shop_data: undefined } };
    expect(findingsAfter(asMade, { secrets, known: before })).toEqual([]);
    expect(findingsAfter(asMade, { secrets })).toEqual([]);
  });

  it("the preview tells of the volumes that it knew, as the engine is silent about them", () => {
    const without = { ...liveOf(sample), volumes: [] } as Live;
    expect(messages(lostVolumes(sample, without, known))).toEqual(["is gone, and the data in it"]);
    expect(lostVolumes(sample, without, { ...known, volumes: {} })).toEqual([]);
  });

  function state(type: string, name: string, id: string, labels: object[] = []) {
    return { type: `docker:index/${type}`, outputs: { name, id, labels } };
  }
  function asMade(live: Parameters<Change>[0]): void {
    Object.assign(live.volumes[0]?.Labels ?? {}, { "berth.identity": "first" });
  }
  function outdated(live: Parameters<Change>[0]): void {
    const old = (container: { Config: { Labels?: object | null } }) => ({
      ...container.Config.Labels,
      "berth.spec": "old",
    });
    change("full", (container) => ({ Config: { Labels: old(container) }, HostConfig: { PidsLimit: 5 } }))(live);
  }
  function side(other: Partial<InspectedNetwork>): Change {
    return (live) => void Object.assign(live.networks.find(({ Name }) => Name === "shop_side") ?? {}, other);
  }
});

const messages = (findings: readonly { message?: string }[]): (string | undefined)[] =>
  findings.map(({ message }) => message);
