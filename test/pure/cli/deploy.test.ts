import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { berth, equipemed, program, projectWith } from "./berth.ts";

/** What preview, up, refresh and destroy do before the engine, and where there is none. */
const unreachable = { DOCKER_HOST: "unix:///nonexistent" };
const noEngine = { PATH: dirname(program[1]), HOME: "/nonexistent" };
const clashing = (more: object) => ({
  "Pulumi.a.yaml": equipemed({ ports: { app: 20_041 } }),
  "Pulumi.b.yaml": equipemed({ ports: { app: 20_041 }, ...more }),
});

describe.each(["preview", "up"])("berth %s", (operation) => {
  it("does not go on to the engine where the host cannot be asked", async () => {
    const { code, stdout, stderr } = await berth(projectWith(clashing({})), [operation, "b"], { env: unreachable });
    expect(code).toBe(3);
    expect(stdout).toContain("✗ host-unreachable  unix:///nonexistent");
    expect(stdout).toContain("✗ port-in-use  0.0.0.0:20041/tcp");
    expect(stderr).toBe("nothing was changed\n");
  });

  it("asks no host for a stack whose inventory is its files", async () => {
    const root = projectWith(clashing({ inventory: "files" }));
    const { code, stdout } = await berth(root, [operation, "b", "--json"], { env: unreachable });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      stack: "b",
      operation,
      ok: false,
      changes: {},
      findings: [{ code: "port-in-use", held: { stack: "a" } }],
      notLookedAt: [{ what: "the host at unix:///nonexistent" }],
    });
  });
});

describe.each([
  ["preview", []],
  ["up", []],
  ["refresh", []],
  ["destroy", ["--yes"]],
])("berth %s", (operation, flags) => {
  it("prints one object with the mistakes of a stack, and ends with 2", async () => {
    const root = projectWith({ "Pulumi.a.yaml": "config: { berth:prefixx: a, berth:inventory: files }" });
    const { code, stdout, stderr } = await berth(root, [operation, "a", "--json", ...flags], { env: noEngine });
    expect([code, stderr]).toEqual([2, "nothing was changed\n"]);
    expect(JSON.parse(stdout)).toMatchObject({
      stack: "a",
      operation,
      ok: false,
      findings: [{ key: "berth:prefixx" }],
    });
  });

  it("ends with 3 where there is no engine and none to be had, and says what goes without it", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({ inventory: "files" }) });
    const { code, stdout, stderr } = await berth(root, [operation, "a", "--json", ...flags], { env: noEngine });
    expect(code).toBe(3);
    const problem = "the Pulumi CLI is not on PATH and could not be fetched";
    expect(JSON.parse(stdout)).toMatchObject({ operation, ok: false, problems: [expect.stringContaining(problem)] });
    expect(stderr).toContain(`a: ${problem}`);
    expect(stderr).toContain("without it: berth export compose STACK writes a file that Docker Compose runs");
    expect(readdirSync(root).sort()).toEqual(["Pulumi.a.yaml", "Pulumi.yaml", "blueprints"]);
  });
});
