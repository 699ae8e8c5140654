import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { onPath } from "../../../scripts/machine/on-path.ts";
import { root, type Step, workflows } from "./workflow-files.ts";

/** Every workflow has to be on this list, and may do no more than it says: a job's name and what its token can write. */
const rights: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "ci.yml": { check: [], pure: [], host: [], engine: [] },
  "drift.yml": { look: [], issue: ["issues"] },
  "preview.yml": { preview: [], comment: ["pull-requests"] },
  "release.yml": { package: [], publish: ["contents"] },
};

const jobs = workflows.flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ title: `${file} ${name}`, file, name, workflow, job })),
);
const steps = jobs.flatMap(({ title, job }) => job.steps.map((step) => ({ title, step })));

it("the list of workflows is complete", () => {
  expect(workflows.map(([file]) => file)).toEqual(Object.keys(rights));
});

describe.each(workflows)("%s", (_, workflow) => {
  it("never runs foreign code with the rights of the project", () => {
    for (const event of ["pull_request_target", "workflow_run", "issue_comment"])
      expect(Object.keys(workflow.on)).not.toContain(event);
  });
  it("says what its token may do, and writes nothing by default", () => {
    expect(Object.values(workflow.permissions ?? { none: "said" }).filter((right) => right !== "read")).toEqual([]);
  });
  it("runs once at a time", () => expect(workflow.concurrency).toBeDefined());
});

describe.each(jobs)("$title", ({ file, name, job, workflow }) => {
  const ofToken = job.permissions ?? workflow.permissions ?? {};
  const writes = Object.entries(ofToken).flatMap(([right, level]) => (level === "write" ? [right] : []));
  const usesSecrets = JSON.stringify(job).includes("secrets.");

  it("has no right that it does not need", () => expect(writes).toEqual(rights[file]?.[name]));
  it("has a time-out", () => expect(job["timeout-minutes"]).toBeLessThanOrEqual(60));
  it("takes secrets from the protected environment only, and never for a pull request", () => {
    if (!usesSecrets) return;
    expect(job.environment).toBe("production");
    expect(Object.keys(workflow.on).sort()).toEqual(["schedule", "workflow_dispatch"]);
  });
  it("runs no pull request on a machine that reaches the hosts", () => {
    if ("pull_request" in workflow.on) expect(job["runs-on"]).toBe("ubuntu-latest");
  });
  it("runs no code of the repository where its token can write", () => {
    if (writes.length === 0) return;
    expect(job.steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))).toEqual([]);
    expect(job.steps.flatMap(({ run = "" }) => /\b(?:npm|npx|node)\b/.exec(run) ?? [])).toEqual([]);
    expect(job.environment).toBeUndefined();
  });
});

describe("every step", () => {
  /** Titles of the steps that are not as they should be. */
  const offenders = (isWrong: (step: Step) => boolean): string[] =>
    steps.flatMap(({ title, step }) =>
      isWrong(step) ? [`${title}: ${step.name ?? step.uses ?? step.run ?? ""}`] : [],
    );
  const expressions = (step: Step): string[] => JSON.stringify(step).match(/\$\{\{.*?\}\}/g) ?? [];

  it("pins an action to a major version", () =>
    expect(offenders(({ uses }) => uses !== undefined && !/^[\w.-]+\/[\w./-]+@v\d+$/.test(uses))).toEqual([]));

  it("leaves no token behind where it checks out", () => {
    const isCheckout = ({ uses = "" }: Step): boolean => uses.startsWith("actions/checkout@");
    expect(offenders((step) => isCheckout(step) && step.with?.["persist-credentials"] !== false)).toEqual([]);
    expect(offenders(isCheckout)).toHaveLength(7);
  });

  it("puts no expression into a script: values come by the environment, where they are no code", () =>
    expect(offenders(({ run = "" }) => run.includes("${{"))).toEqual([]));

  it("takes nothing from a pull request that its author writes freely", () => {
    const isFree = (text: string): boolean =>
      /github\.(?:head_ref|ref_name)/.test(text) ||
      (text.includes("github.event.") && !/\.(?:number|base\.sha|head\.sha) \}\}$/.test(text));
    expect(offenders((step) => expressions(step).some(isFree))).toEqual([]);
  });
});

it("a comment is written for the project's own branches only", () => {
  const comment = jobs.find(({ title }) => title === "preview.yml comment")?.job;
  expect(comment?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
});

describe("ci.yml", () => {
  const ci = Object.fromEntries(jobs.filter(({ file }) => file === "ci.yml").map(({ name, job }) => [name, job]));
  const commands = (name: string): string[] => ci[name]?.steps.flatMap(({ run = "" }) => run.split("\n")) ?? [];

  it("starts each layer when the cheaper one has passed", () => {
    expect(Object.entries(ci).map(([name, { needs }]) => [name, needs])).toEqual([
      ["check", undefined],
      ["pure", "check"],
      ["host", "pure"],
      ["engine", "host"],
    ]);
  });
  it("runs what a reviewer runs, and every layer of tests", () => {
    expect(commands("check")).toContain("npm run check");
    for (const layer of Object.keys(ci).slice(1))
      expect(commands(layer).find((command) => command.startsWith(`npm run test:${layer}`))).toBeDefined();
  });
  it("runs all shards of the engine's tests", () => {
    const [, count] = /--shard="\$SHARD\/(\d+)"/.exec(commands("engine").join("\n")) ?? [];
    expect(ci["engine"]?.strategy?.matrix["shard"]).toEqual(Array.from({ length: Number(count) }, (_, at) => at + 1));
  });
  it("tests on the oldest version of Node that is supported, and on the next", () => {
    for (const name of ["pure", "engine"]) expect(ci[name]?.strategy?.matrix["node"]).toEqual([20, 22]);
  });
});

const actionlint = onPath("actionlint");
it.skipIf(!actionlint)(`actionlint finds nothing${actionlint ? "" : " (skipped: actionlint is not on PATH)"}`, () => {
  const { status, stdout } = spawnSync("actionlint", ["-no-color"], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});
