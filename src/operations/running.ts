import { withoutValue, withValue } from "../config/stack-file-edit.ts";
import type { CheckResult } from "./check-project.ts";
import { errorsOf } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Project } from "../inventory/project.ts";
import { deploy, type DeployResult, type DeployWish } from "./deploy.ts";
import { editStackFile } from "./edit-config.ts";
import type { Engine } from "./engine.ts";

/**
 * Stops or starts a deployment: its stack file says so from then on, and `up` brings it there. That it runs is what is
 * said without a word. One that was never brought up is not brought up to be stopped.
 */
export async function setRunning(
  engine: Engine,
  { root, defaults }: Project,
  deployment: Deployment,
  running: boolean,
  wish: DeployWish,
): Promise<DeployResult> {
  const { stack } = deployment;
  const isUsual = running && defaults.values["running"] === undefined;
  editStackFile(root, stack, (text) =>
    isUsual ? withoutValue(text, ["running"]) : withValue(text, ["running"], String(running)),
  );
  if (running || (await engine.existing(stack)) !== undefined)
    return deploy(engine, { ...deployment, running }, "up", wish);
  wish.line("was never brought up by the engine: there is nothing to stop");
  return { stack, operation: "up", ok: true, changes: {}, problems: [] };
}

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
export const dependentsOf = (platform: Deployment, all: readonly Deployment[]): string[] =>
  all.filter(({ running, database }) => running && database?.platform.id === platform.id).map(({ stack }) => stack);
