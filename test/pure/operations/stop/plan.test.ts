import { expect, it } from "vitest";
import { planText } from "../../../../src/operations/operation.ts";
import { observeStop } from "../../../../src/operations/stop/facts.ts";
import { planStop } from "../../../../src/operations/stop/plan.ts";
import { deployed, onPlatform, portsOf } from "../running-world.ts";

it("the plan of a stop stops those with a database on it first, along with it, and asks", async () => {
  const all = [onPlatform("x"), onPlatform("y"), deployed("other")];
  const ports = portsOf({
    running: { x: true, y: true, other: true },
    all,
    along: [],
    failing: new Set(),
    effects: [],
  });
  const plan = planStop(await observeStop(ports, deployed("db"), undefined));
  expect(plan.kind === "planned" && [planText(plan, () => ""), plan.question?.text]).toEqual([
    [
      "1 stop-along x: its database is on db",
      "2 stop-along y (after 1): its database is on db",
      "3 stop db (after 1, 2): it is not to run",
    ].join("\n"),
    "x, y have their databases there. Stop x, y and then db?",
  ]);
});
