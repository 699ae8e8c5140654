import { describe, expect, it } from "vitest";
import type { Step } from "../../../../src/operations/operation.ts";
import { planText } from "../../../../src/operations/operation.ts";
import { observeRemoval } from "../../../../src/operations/remove/facts.ts";
import { planRemoval } from "../../../../src/operations/remove/plan.ts";
import { container, deployment, network, password, portsOf, resource, volume, type World, world } from "./world.ts";

const planOf = async (over: Partial<World>, data: boolean, done: readonly Step[] = []) =>
  planRemoval(
    await observeRemoval(
      portsOf(world(over)),
      { deployment, data },
      {
        since: "",
        owner: "",
        done,
        begun: [],
        before: undefined,
      },
    ),
  );
const textOf = async (over: Partial<World>, data: boolean, done: readonly Step[] = []): Promise<string> => {
  const plan = await planOf(over, data, done);
  return plan.kind === "planned" ? planText(plan, () => "") : `refused: ${plan.problems.join()}`;
};

describe("the plan of a removal", () => {
  it("without data protects the secrets that open it, and then destroys", async () => {
    expect(await textOf({}, false)).toBe(
      [
        "1 protect a: its data and secrets would be destroyed as well (1 resource)",
        "2 destroy a (after 1): the state holds 5 resources: a_app, a_default",
      ].join("\n"),
    );
    expect(await textOf({ resources: [container, password(true)] }, false)).toBe(
      "1 destroy a: the state holds 2 resources: a_app",
    );
  });

  it("protects what a removal with data that was cut off left unprotected", async () => {
    const open = resource("postgresql:index/database:Database", "a_database", { protect: false });
    const plan = await planOf({ resources: [container, open] }, false);
    expect(plan).toMatchObject({ steps: [{ kind: "protect" }, { kind: "destroy" }] });
  });

  it("with data removes each volume after the containers, and the stack after all of them", async () => {
    expect(await textOf({}, true)).toBe(
      [
        "1 unprotect a: its data and secrets are protected (2 resources)",
        "2 destroy a (after 1): the state holds 5 resources: a_app, a_default",
        "3 remove-volume a_data (after 2): it holds data of the deployment",
        "4 remove-volume a_media (after 2): it holds data of the deployment",
        "5 remove-stack a (after 2, 3, 4): its state is empty",
      ].join("\n"),
    );
  });

  it("forces the stack's removal only where PostgreSQL cannot be asked", async () => {
    const why = "PostgreSQL at 127.0.0.1:5432 does not answer";
    expect(await textOf({ course: { kind: "left out", why, urns: [] } }, true)).toMatch(
      /^5 force-remove-stack a \(after 2, 3, 4\): its roles and databases stay in the state \(PostgreSQL at .* answer\)$/m,
    );
    expect(await textOf({ course: { kind: "program first", why } }, true)).toMatch(/^5 remove-stack a /m);
  });

  it("has nothing to do where the engine does not know the stack and nothing holds its data", async () => {
    expect(await textOf({ resources: undefined }, true)).toBe("nothing to do");
  });

  it("destroys once: not what an earlier run destroyed, but what was brought up since", async () => {
    const done = [{ id: "destroy:a", kind: "destroy", target: "a", cause: "", after: [] }];
    expect(await textOf({ resources: [volume("a_data")] }, true, done)).toMatch(
      /^done before: destroy a\n1 unprotect a/,
    );
    expect(await textOf({ resources: [network, volume("a_data")] }, true, done)).toMatch(
      /^1 unprotect a.*\n2 destroy a/,
    );
  });
});
