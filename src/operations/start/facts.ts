import type { CheckResult } from "../check-project.ts";
import type { Realization } from "../../deployment/realization.ts";
import type { Interrupted } from "../journal.ts";
import type { Step } from "../operation.ts";
import { holdersOf } from "../running.ts";
import type { RunningPorts } from "../running-ports.ts";
import { earlierStops } from "../running-steps.ts";

/** What a start is decided by. */
export interface StartFacts {
  readonly deployment: Realization;
  /** Stacks that run and hold its ports, and those whose stop was cut off. */
  readonly holders: readonly string[];
  /** The ports that they hold. */
  readonly ports: readonly string[];
  /** What stands in its way although the holders are stopped. */
  readonly conflicts?: CheckResult;
  /** Stacks that were stopped along with it. */
  readonly along: readonly string[];
  /** Done by an earlier run that was cut off: what it stopped. */
  readonly done: readonly Step[];
}

export async function observeStart(
  ports: RunningPorts,
  deployment: Realization,
  interrupted: Interrupted | undefined,
): Promise<StartFacts> {
  const { stack } = deployment;
  const { begun, doneBut } = earlierStops(interrupted, "stop");
  const supposed = (stopped: readonly string[]): Record<string, boolean> =>
    Object.fromEntries([[stack, true], ...stopped.map((holder) => [holder, false] as const)]);
  const found = await ports.conflicts(supposed(begun));
  const held = found === undefined ? { stacks: [], ports: [] } : holdersOf(stack, found);
  const holders = [...new Set([...begun, ...held.stacks])];
  const left = held.stacks.length === 0 ? found : await ports.conflicts(supposed(holders));
  const along = ports.stoppedAlong().map((each) => each.stack);
  return {
    deployment,
    holders,
    ports: held.ports,
    along,
    done: doneBut(holders),
    ...(left !== undefined && { conflicts: found ?? left }),
  };
}
