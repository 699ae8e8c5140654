import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileName } from "../config/stack-file.ts";
import { lineOfKey, withoutValue, withValue } from "../config/stack-file-edit.ts";
import type { CheckResult } from "./check-project.ts";
import { errorsOf } from "../findings/finding.ts";
import type { Realization } from "../deployment/realization.ts";
import type { Project } from "../project/project.ts";
import { deploy, type DeployResult, type DeployOptions } from "./deploy.ts";
import { editStackFile } from "./edit-config.ts";
import { type Engine, resourcesOf } from "../engine/engine.ts";

export interface RunningOptions extends DeployOptions {
  /** The platform with which a deployment is stopped, so that `start` of the platform starts it again. */
  readonly along?: string;
}

/**
 * Stops or starts a deployment: its stack file says so from then on, and `up` brings it there. That it runs is what is
 * said without a word. One that was never brought up is not brought up to be stopped. Where a stop fails, the file says
 * again what it said before.
 */
export async function setRunning(
  engine: Engine,
  { root, defaults }: Project,
  deployment: Realization,
  running: boolean,
  { along, ...wish }: RunningOptions,
): Promise<DeployResult> {
  const { stack } = deployment;
  const { project = "" } = defaults;
  const isUsual = running && defaults.values["running"] === undefined;
  const before = readFileSync(join(root, stackFileName(stack)), "utf8");
  await editStackFile(root, stack, (text) =>
    isUsual
      ? withoutValue(text, ["running"], project)
      : marked(withValue(text, ["running"], String(running), project), along, project),
  );
  let result: DeployResult | undefined;
  try {
    if (running || (await wasUp(engine, stack)))
      return (result = await deploy(engine, { ...deployment, running }, "up", wish));
    wish.line("was never brought up by the engine: there is nothing to stop");
    return (result = { stack, operation: "up", ok: true, changes: {}, problems: [] });
  } finally {
    if (!running && result?.ok !== true) await editStackFile(root, stack, (text) => asBefore(text, before, project));
  }
}

/** Whether the state holds anything of a stack: one that the engine has only heard of has nothing to stop. */
async function wasUp(engine: Engine, stack: string): Promise<boolean> {
  const known = await engine.existing(stack);
  return known !== undefined && (await resourcesOf(known)).length > 0;
}

/** The key alone as it was: the engine may have written others meanwhile. */
function asBefore(text: string, before: string, project: string): string {
  const said = lineOf(before, project);
  return said === undefined ? withoutValue(text, ["running"], project) : withLine(text, project, () => said);
}

const markOf = (platform: string): string => ` # stopped with ${platform}`;

/** A stop along with a platform is said in the line itself, where people see it, too. */
const marked = (text: string, platform: string | undefined, project: string): string =>
  platform === undefined ? text : withLine(text, project, (line) => `${line.replace(/ #.*/, "")}${markOf(platform)}`);

/** The line that says whether the deployment runs, without its end. */
function lineOf(text: string, project: string): string | undefined {
  const at = lineOfKey(text, "running", project);
  return at === undefined ? undefined : text.split(/\r?\n/)[at];
}

function withLine(text: string, project: string, change: (line: string) => string): string {
  const at = lineOfKey(text, "running", project);
  const lines = text.split("\n");
  const [, line = "", end = ""] = /^(.*?)(\r?)$/.exec(lines[at ?? -1] ?? "") ?? [];
  return at === undefined
    ? text
    : lines.map((each, index) => (index === at ? `${change(line)}${end}` : each)).join("\n");
}

/** The deployments that were stopped along with a platform, and that nobody has started since. */
export const stoppedAlong = (
  { root, defaults: { project = "" } }: Project,
  platform: Realization,
  all: readonly Realization[],
): Realization[] =>
  all.filter(({ stack, running, database }) => {
    if (running || database?.platform.id !== platform.id) return false;
    const line = lineOf(readFileSync(join(root, stackFileName(stack)), "utf8"), project) ?? "";
    return line.endsWith(markOf(platform.stack));
  });

/** The deployments that hold ports which another one wants, and the ports; empty where nobody does that runs. */
export function holdersOf(
  stack: string,
  { deployments, findings }: CheckResult,
): { stacks: string[]; ports: string[] } {
  const held = errorsOf(findings).filter(
    ({ code, wanted, held: holder }) =>
      code === "port-in-use" &&
      wanted?.stack === stack &&
      deployments.some((other) => other.running && other.stack !== stack && other.stack === holder?.stack),
  );
  return {
    stacks: [...new Set(held.flatMap(({ held: holder }) => holder?.stack ?? []))].sort(),
    ports: held.map(({ key }) => key),
  };
}

/** Those that run and have their databases on a platform. */
export const dependentsOf = (platform: Realization, all: readonly Realization[]): Realization[] =>
  all.filter(({ running, database }) => running && database?.platform.id === platform.id);
