import { describe, expect, it } from "vitest";
import type { Interrupted } from "../../../../src/operations/journal.ts";
import { planText } from "../../../../src/operations/operation.ts";
import { runningStep } from "../../../../src/operations/running-steps.ts";
import { observeStart } from "../../../../src/operations/start/facts.ts";
import { planStart } from "../../../../src/operations/start/plan.ts";
import { deployed, onPlatform, portsOf, type World } from "../running-world.ts";

const a = deployed("a");
const b = deployed("b", { running: false });
const world = (over: Partial<World> = {}): World => ({
  running: { a: true, b: false },
  all: [a, b],
  port: { wants: "b", stacks: ["a", "b"] },
  along: [],
  failing: new Set(),
  effects: [],
  ...over,
});
const planOf = async (over: Partial<World>, stack = b, interrupted?: Interrupted) => {
  const plan = planStart(await observeStart(portsOf(world(over)), stack, interrupted));
  return plan.kind === "planned"
    ? { text: planText(plan, () => ""), question: plan.question?.text }
    : { text: plan.kind };
};

describe("the plan of a start", () => {
  it("stops who holds the port first, and asks", async () => {
    expect(await planOf({})).toEqual({
      text: "1 stop a: it holds ports of b\n2 start b (after 1): it is to run",
      question: "0.0.0.0:80/tcp is held by a, which runs. Stop a and start b?",
    });
  });

  it("starts what was stopped along with a platform, one after the other", async () => {
    const along = [onPlatform("x"), onPlatform("y")];
    expect((await planOf({ along, all: along, port: undefined }, deployed("db"))).text).toBe(
      [
        "1 start db: it is to run",
        "2 start x (after 1): it was stopped with db",
        "3 start y (after 1, 2): it was stopped with db",
      ].join("\n"),
    );
  });

  it("knows from the journal what was stopped for it, and repeats a stop that was cut off", async () => {
    const earlier = { since: "", owner: "", before: undefined };
    const stop = runningStep("stop", "a", "it holds ports of b");
    const running = { a: false, b: false };
    expect((await planOf({ running }, b, { ...earlier, done: [stop], begun: [] })).text).toBe(
      "done before: stop a\n1 start b: it is to run",
    );
    expect((await planOf({ running }, b, { ...earlier, done: [], begun: [stop] })).text).toBe(
      "1 stop a: it holds ports of b\n2 start b (after 1): it is to run",
    );
  });
});
