import type { Realization } from "../../deployment/realization.ts";
import type { DeployResult } from "../deploy.ts";
import { perform } from "../execution.ts";
import type { Host } from "../host.ts";
import { type CutOff, cutOff } from "../journal.ts";
import { LockHeld, type LockStores } from "../lock.ts";
import type { Operation, Plan, StepOutcome } from "../operation.ts";

/** What bringing a deployment up changes. */
export interface UpPorts {
  /** Runs the engine. */
  up(): Promise<DeployResult>;
}

interface UpFacts {
  readonly stack: string;
  /** An `up` that was cut off: the engine completes what it began. */
  readonly earlier?: CutOff;
}

interface UpOptions {
  /** The project's folder, which holds the journal. */
  readonly root: string;
  readonly deployment: Pick<Realization, "id" | "stack" | "prefix" | "endpoint">;
  readonly stores?: LockStores;
}

/** Brings a deployment up with the engine, in one step: locked and journaled as every other operation is. */
export async function bringUp(ports: UpPorts, host: Host, options: UpOptions): Promise<DeployResult> {
  const { root, deployment, stores } = options;
  const { stack, prefix } = deployment;
  const undertaking = { operation: "up", options: [], stack, prefix };
  const last = cutOff(root, stack);
  const earlier = last?.operation === "up" ? last : undefined;
  if (earlier !== undefined)
    host.notify({
      code: "resumed",
      about: { stack, prefix },
      text: `the up that ${earlier.owner} began at ${earlier.since} was cut off; this one completes it`,
    });
  try {
    const performed = await perform(upOf({ stack, ...(earlier !== undefined && { earlier }) }), undertaking, {
      root,
      ports,
      host,
      stores,
      locks: () => [deployment],
    });
    const [ran] = performed.kind === "ran" ? performed.outcomes : [];
    return ran?.outcome.result ?? { ...nothing(stack), ok: false };
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    return { ...nothing(stack), ok: false, problems: [error.message], findings: [error.finding] };
  }
}

const upOf = (facts: UpFacts): Operation<UpPorts, UpFacts, "up"> => ({
  name: "up",
  observe: () => Promise.resolve(facts),
  plan: planUp,
  run: { up: async (_, ports) => outcomeOf(await ports.up()) },
});

const planUp = ({ stack, earlier }: UpFacts): Plan<"up"> => ({
  kind: "planned",
  steps: [
    {
      id: `up:${stack}`,
      kind: "up",
      target: stack,
      cause: earlier === undefined ? "it may differ from what its stack file says" : "an earlier up was cut off",
      after: [],
    },
  ],
  done: [],
  kept: [],
});

const outcomeOf = (result: DeployResult): StepOutcome =>
  result.ok ? { ok: true, result } : { ok: false, result, problems: result.problems };

const nothing = (stack: string): DeployResult => ({ stack, operation: "up", ok: true, changes: {}, problems: [] });
