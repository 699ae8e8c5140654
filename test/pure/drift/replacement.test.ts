import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptsOf } from "../../../src/drift/replacement.ts";
import { hiddenDrift } from "../../../src/drift/compare.ts";
import { containerDrifts } from "../../../src/drift/container.ts";
import { type Known, knownOf } from "../../../src/engine/state.ts";
import type { Live } from "../../../src/host/inspected.ts";
import { change, type Change, idOf, liveOf, sample, set, type Writable } from "./sample.ts";

const short = idOf(0).slice(0, 12);
const labelled = (service: string, attempt: string): Change =>
  change(service, ({ Config: { Labels } }) => ({ Config: { Labels: { ...Labels, "berth.attempt": attempt } } }));

function after(...changes: Change[]): { attempts: Record<string, string>; told: (string | undefined)[] } {
  return afterOn(liveOf(sample), changes);
}

function afterOn(live: Writable<Live>, changes: readonly Change[]) {
  for (const done of changes) done(live);
  const drifts = containerDrifts(sample, live);
  return { attempts: attemptsOf(sample, drifts), told: hiddenDrift(sample, drifts).map(({ message }) => message) };
}

describe("what an up replaces because of its drift", () => {
  it.each<[string, Change, string | undefined, string[]]>([
    [
      "a limit that the engine does not know",
      set("full", { HostConfig: { PidsLimit: 5 } }),
      short,
      ["process limit is 5, should be none"],
    ],
    ["a job that failed", set("job", { State: { ExitCode: 1 } }), undefined, ["ended with exit code 1"]],
    ["nothing", () => undefined, undefined, []],
    ["not what the engine repairs itself", set("full", { State: { Status: "exited" } }), undefined, []],
    ["not what is only paused", set("full", { State: { Status: "paused" } }), undefined, ["is paused"]],
    ["not what is only sick", set("full", { State: { Health: { Status: "unhealthy" } } }), undefined, ["is unhealthy"]],
    [
      "not what restarts",
      set("full", { State: { Status: "restarting" } }),
      undefined,
      ["restarts again and again (exit code 0)"],
    ],
    ["not what is of another specification", labelsWith({ "berth.spec": "old" }), undefined, []],
    ["not what is somebody else's", labelsWith({ "berth.stack": "other" }), undefined, []],
  ])("%s", (_, done, attempt, told) => {
    const { attempts, told: said } = after(done);
    expect(attempts["full"]).toBe(attempt);
    expect(said).toEqual(told);
  });

  it("a job that failed runs again", () => {
    const { attempts } = after(set("job", { State: { ExitCode: 1 } }));
    expect(attempts).toEqual({ job: idOf(sample.services.findIndex(({ key }) => key === "job")).slice(0, 12) });
  });

  it("the engine's part is not told, only what is hidden from it", () => {
    expect(after(set("full", { State: { Status: "exited" }, HostConfig: { PidsLimit: 5 } })).told).toEqual([
      "process limit is 5, should be none",
    ]);
  });
});

describe("what keeps its label", () => {
  const known: Known = knownOf([
    {
      type: "docker:index/container:Container",
      outputs: { name: "shop_full", id: idOf(0), labels: [{ label: "berth.attempt", value: "before" }] },
    },
  ]);

  it("a container that was replaced once and is as it should be", () => {
    expect(after(labelled("full", "before")).attempts).toEqual({ full: "before" });
  });
  it("but not one that is gone", () => {
    expect(after(labelled("full", "before"), (live) => void (live.containers = [])).attempts).toEqual({});
  });
  it("what the engine knows, where the host was not asked", () => {
    expect(attemptsOf(sample, [], known)).toEqual({ full: "before" });
  });
  it("nothing where neither is known", () => expect(attemptsOf(sample, [])).toEqual({}));
});

describe("for all that can be done to containers by hand", () => {
  const changes: readonly Change[] = [
    set("full", { HostConfig: { PidsLimit: 5 } }),
    set("full", { HostConfig: { CpuShares: 5 } }),
    set("full", { State: { Status: "exited", ExitCode: 1 } }),
    set("plain", { State: { Status: "paused" } }),
    set("plain", { NetworkSettings: { Networks: {} } }),
    set("plain", { HostConfig: { Memory: 8e6 } }),
    set("job", { State: { ExitCode: 3 } }),
    labelled("plain", "before"),
  ];

  it("a container that was replaced as asked is not asked to be replaced again", () => {
    fc.assert(
      fc.property(fc.subarray([...changes]), (done) => {
        const asked = after(...done).attempts;
        const kept = Object.entries(asked).map(([service, attempt]) => labelled(service, attempt));
        expect(afterOn(liveOf(sample, "d"), kept)).toEqual({ attempts: asked, told: [] });
      }),
    );
  });
});

function labelsWith(others: Readonly<Record<string, string>>): Change {
  return change("full", ({ Config: { Labels } }) => ({ Config: { Labels: { ...Labels, ...others } } }));
}

describe("what the engine's state holds", () => {
  it("has the databases that an up has closed, and not those that it was cut off before", () => {
    const tenant = (outputs?: object) => ({ type: "berth:index:TenantDatabase", outputs });
    const { closed } = knownOf([
      tenant({ closed: "a_db" }),
      tenant({}),
      tenant(),
      { ...tenant({ closed: "d_db" }), delete: true },
      { type: "postgresql:index/grant:Grant", outputs: { closed: "e_db" } },
    ]);
    expect(closed).toEqual(["a_db"]);
  });
});
