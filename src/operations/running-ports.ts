import type { Realization } from "../deployment/realization.ts";
import type { Engine } from "../engine/engine.ts";
import { openProject, type Project, readDeployment, readSiblings } from "../project/project.ts";
import { berth } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";
import { type CheckResult, conflictsBefore } from "./check-project.ts";
import { healthText } from "./health.ts";
import type { Host } from "./host.ts";
import type { DeployResult } from "./deploy.ts";
import { setRunning, stoppedAlong } from "./running.ts";
import { statusLook } from "./status.ts";

/** How a deployment is, in the words of `berth status`. */
export interface Standing {
  readonly stack: string;
  readonly state: string;
  readonly reason?: string;
}

/** What starting and stopping read and change. */
export interface RunningPorts {
  /** What stands in the way; undefined where nothing does. @param running by stack, whether it is supposed to run */
  conflicts(running: Readonly<Record<string, boolean>>): Promise<CheckResult | undefined>;
  /** All other deployments of the project that can be resolved. */
  siblings(): readonly Realization[];
  /** Those that were stopped along with the deployment. */
  stoppedAlong(): readonly Realization[];
  /** @param along the platform with which a deployment is stopped */
  setRunning(stack: string, running: boolean, along?: string): Promise<DeployResult>;
  standing(stacks: readonly string[]): Promise<readonly Standing[]>;
}

interface RunningPortsOptions {
  readonly project: Project;
  readonly deployment: Realization;
  readonly engine: () => Promise<Engine>;
  readonly host: Pick<Host, "during">;
  /** Where each line that the engine prints about a deployment goes. */
  readonly lineOf: (deployment: Realization) => (text: string) => void;
}

/** The real engine, hosts and stack files. */
export function runningPorts({ project, deployment, engine, host, lineOf }: RunningPortsOptions): RunningPorts {
  const { stack } = deployment;
  return {
    conflicts: (running) =>
      host.during("checking stacks and hosts", () => conflictsBefore(project, stack, { running })),
    siblings: () => readSiblings(project, stack).deployments,
    stoppedAlong: () => stoppedAlong(project, deployment, readSiblings(project, stack).deployments),
    setRunning: async (name, running, along) => {
      // Resolved again: the platform of its database may have been started or stopped since.
      const read = readDeployment(openProject(project.root), name);
      if (!read.ok)
        throw new Stopped(
          "mistake",
          `Pulumi.${name}.yaml was changed and cannot be resolved; see what is wrong with it:`,
          berth("check", "-s", name),
        );
      const line = lineOf(read.value);
      const result = await setRunning(await engine(), project, read.value, running, { line, along });
      const health = healthText(result.health);
      if (health !== undefined) line(health);
      return result;
    },
    standing: async (stacks) => {
      const looks = await Promise.all(stacks.map((name) => statusLook(project, { stack: name })()));
      return looks.flatMap(({ deployments }) =>
        deployments.map(({ deployment: { stack: name }, status: { state, reason } }) => ({
          stack: name,
          state,
          reason,
        })),
      );
    },
  };
}
