import type { Realization } from "../deployment/realization.ts";
import type { CheckResult } from "./check-project.ts";
import type { DeployResult } from "./deploy.ts";
import { perform } from "./execution.ts";
import type { Host } from "./host.ts";
import type { LockStores } from "./lock.ts";
import type { Operation, Planned, Step } from "./operation.ts";
import type { RunningPorts, Standing } from "./running-ports.ts";
import { type RunningKind, type RunningStep, wayBack } from "./running-steps.ts";

export interface BringOptions {
  /** The project's folder, which holds the journal. */
  readonly root: string;
  readonly deployment: Realization;
  readonly dryRun?: boolean;
  /** Opens the engine: without one, no step is begun. */
  readonly ready: () => Promise<unknown>;
  readonly stores?: LockStores;
}

/** A start or stop that was refused, shown, carried out, or that failed half-way. */
export type Brought =
  | { readonly kind: "refused"; readonly conflicts: CheckResult | undefined }
  | { readonly kind: "shown"; readonly plan: Planned }
  | {
      readonly kind: "done";
      readonly result: DeployResult;
      /** Stacks that were stopped for it. */
      readonly stopped: readonly string[];
      /** Stacks that were started after it. */
      readonly started: readonly string[];
    }
  | {
      readonly kind: "failed";
      readonly result: DeployResult;
      /** The stack that did not do what it was to do. */
      readonly stack: string;
      readonly stopped: readonly string[];
      readonly standing: readonly Standing[];
      /** What was not done: `was not stopped`. */
      readonly what: "was not stopped" | "was not started" | "did not come up";
      /** The steps that lead back. */
      readonly back: readonly RunningStep[];
    };

type Facts = { readonly conflicts?: CheckResult; readonly done: readonly Step[] };

/** Starts or stops a deployment, together with those that have to be stopped or started with it. */
export async function bring<F extends Facts>(
  operation: Operation<RunningPorts, F, RunningKind>,
  ports: RunningPorts,
  host: Host,
  { root, deployment, dryRun, ready, stores }: BringOptions,
): Promise<Brought> {
  const { stack, prefix } = deployment;
  const performed = await perform(
    operation,
    { operation: operation.name, options: [], stack, prefix },
    {
      root,
      ports,
      host,
      dryRun,
      ready,
      stores,
      locks: (steps) => {
        const targets = new Set(steps.map(({ target }) => target));
        return [
          deployment,
          ...ports.siblings().filter((sibling) => sibling.stack !== stack && targets.has(sibling.stack)),
        ];
      },
    },
  );
  if (performed.kind === "refused") return { kind: "refused", conflicts: performed.facts.conflicts };
  if (performed.kind === "shown") return performed;
  const { plan, outcomes } = performed;
  const did = outcomes.filter(({ outcome }) => outcome.ok).map(({ step }) => step);
  const others = [...(plan.done as readonly RunningStep[]), ...did].filter(({ target }) => target !== stack);
  const stops = others.filter(({ kind }) => kind !== "start");
  const stopped = stops.map(({ target }) => target);
  const failure = outcomes.find(({ outcome }) => !outcome.ok);
  const resultOf = (name: string): DeployResult =>
    outcomes.find(({ step }) => step.target === name)?.outcome.result ?? nothing(name);
  if (failure === undefined) {
    const started = others.filter(({ kind }) => kind === "start").map(({ target }) => target);
    return { kind: "done", result: resultOf(stack), stopped, started };
  }
  const { step } = failure;
  const isLater = step.kind === "start" && step.target !== stack;
  const about = isLater ? step.target : stack;
  const along = isLater ? [] : [...new Set([...stopped, step.target])].filter((name) => name !== stack);
  return {
    kind: "failed",
    result: resultOf(step.target),
    stack: about,
    stopped: along,
    standing: await ports.standing([about, ...along]),
    what: operation.name === "stop" ? "was not stopped" : step.kind === "start" ? "did not come up" : "was not started",
    back: wayBack(step, stops, isLater),
  };
}

const nothing = (stack: string): DeployResult => ({ stack, operation: "up", ok: true, changes: {}, problems: [] });
