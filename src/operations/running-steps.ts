import type { Interrupted } from "./journal.ts";
import type { Runner, Step, StepOutcome } from "./operation.ts";
import type { RunningPorts } from "./running-ports.ts";

/** `stop-along`: with its platform, so that a start of the platform starts it again. */
export type RunningKind = "stop" | "stop-along" | "start";

export type RunningStep = Step<RunningKind>;

/** A step whose undo is the opposite. */
export function runningStep(
  kind: RunningKind,
  stack: string,
  cause: string,
  after: readonly RunningStep[] = [],
): RunningStep {
  const opposite = kind === "start" ? "stop" : "start";
  const step = { id: `${kind}:${stack}`, kind, target: stack, cause, after: after.map(({ id }) => id) };
  return {
    ...step,
    undo: { id: `${opposite}:${stack}`, kind: opposite, target: stack, cause: "to go back", after: [] },
  };
}

/** Steps one after the other: the first that fails ends the operation. */
export function inTurn(
  stacks: readonly string[],
  step: (stack: string, after: readonly RunningStep[]) => RunningStep,
  first: readonly RunningStep[] = [],
): RunningStep[] {
  const steps: RunningStep[] = [];
  for (const stack of stacks) steps.push(step(stack, [...first, ...steps]));
  return steps;
}

/** What an earlier run that was cut off stopped, or had begun to stop. */
export function earlierStops(interrupted: Interrupted | undefined, kind: RunningKind) {
  const { begun = [], done = [] } = interrupted ?? {};
  return {
    /** Stacks whose stop is not known to have ended. */
    begun: begun.filter((step) => step.kind === kind).map(({ target }) => target),
    /** Steps that are done, but for stacks that are to be stopped again. */
    doneBut: (again: readonly string[]): Step[] =>
      done.filter((step) => step.kind === kind && !again.includes(step.target)),
  };
}

/** @param platform the stack with which others are stopped */
export function runningRunners<Facts>(
  platform: (facts: Facts) => string,
): Readonly<Record<RunningKind, Runner<RunningPorts, Facts, RunningKind>>> {
  const bring = async (result: ReturnType<RunningPorts["setRunning"]>): Promise<StepOutcome> => {
    const ended = await result;
    return ended.ok ? { ok: true, result: ended } : { ok: false, problems: ended.problems, result: ended };
  };
  return {
    start: ({ target }, ports) => bring(ports.setRunning(target, true)),
    stop: ({ target }, ports) => bring(ports.setRunning(target, false)),
    "stop-along": ({ target }, ports, facts) => bring(ports.setRunning(target, false, platform(facts))),
  };
}

/**
 * What leads back from a step that failed: its own undo, and a start of what was stopped for it. What failed after the
 * deployment had started is undone alone.
 */
export function wayBack(failed: RunningStep, stopped: readonly RunningStep[], isLater: boolean): RunningStep[] {
  return [failed, ...(isLater ? [] : stopped)].flatMap(({ undo }) => undo ?? []);
}
