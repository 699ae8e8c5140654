import type { Realization } from "../../deployment/realization.ts";
import type { CheckResult } from "../check-project.ts";
import type { Interrupted } from "../journal.ts";
import type { Step } from "../operation.ts";
import { dependentsOf } from "../running.ts";
import type { RunningPorts } from "../running-ports.ts";
import { earlierStops } from "../running-steps.ts";

/** What a stop is decided by. */
export interface StopFacts {
  readonly deployment: Realization;
  readonly conflicts?: CheckResult;
  /** Stacks that run and have their databases on it, and those whose stop was cut off. */
  readonly dependents: readonly string[];
  /** Done by an earlier run that was cut off. */
  readonly done: readonly Step[];
}

export async function observeStop(
  ports: RunningPorts,
  deployment: Realization,
  interrupted: Interrupted | undefined,
): Promise<StopFacts> {
  const conflicts = await ports.conflicts({ [deployment.stack]: false });
  const { begun, doneBut } = earlierStops(interrupted, "stop-along");
  const running = dependentsOf(deployment, ports.siblings()).map(({ stack }) => stack);
  const dependents = [...new Set([...begun, ...running])].sort();
  return { deployment, dependents, done: doneBut(dependents), ...(conflicts !== undefined && { conflicts }) };
}
