import type { Realization } from "../../deployment/realization.ts";
import type { DeployResult } from "../deploy.ts";
import { perform, type Performed } from "../execution.ts";
import type { Host } from "../host.ts";
import type { LockStores } from "../lock.ts";
import { keptText, type Operation, type Plan, type Planned } from "../operation.ts";
import { observeRemoval, type RemoveFacts, type RemovePorts } from "./facts.ts";
import { planRemoval, type RemoveKind } from "./plan.ts";
import { removeRunners } from "./run.ts";

interface RemoveOptions {
  /** The project's folder, which holds the journal. */
  readonly root: string;
  readonly deployment: Realization;
  /** Remove its volumes, directories, database and stack as well. */
  readonly data: boolean;
  readonly dryRun?: boolean;
  readonly stores?: LockStores;
}

/** A removal that was refused, shown or carried out. */
type Removed =
  | { readonly kind: "refused"; readonly plan: Extract<Plan, { kind: "refused" }> }
  | { readonly kind: "shown"; readonly plan: Planned }
  | { readonly kind: "ran"; readonly result: DeployResult };

const removal = ({
  deployment,
  data,
}: Pick<RemoveOptions, "deployment" | "data">): Operation<RemovePorts, RemoveFacts, RemoveKind> => ({
  name: "destroy",
  observe: (ports, interrupted) => observeRemoval(ports, { deployment, data }, interrupted),
  plan: planRemoval,
  run: removeRunners,
  remember: ({ before }) => before,
  undoes: true,
});

/** Removes a deployment: see `planRemoval`. */
export async function remove(ports: RemovePorts, host: Host, options: RemoveOptions): Promise<Removed> {
  const { root, deployment, data, dryRun, stores } = options;
  const { stack, prefix } = deployment;
  const about = { stack, prefix };
  const undertaking = { operation: "destroy", options: data ? ["data"] : [], ...about };
  const performed = await perform(removal({ deployment, data }), undertaking, {
    root,
    ports,
    host,
    dryRun,
    stores,
    locks: () => [deployment],
  });
  if (performed.kind !== "ran") return performed;
  if (performed.facts.state === undefined) {
    const text = "was never brought up by the engine: it has nothing to remove";
    if (performed.plan.done.length === 0) host.notify({ code: "nothing-to-do", about, text });
  }
  for (const kept of performed.plan.kept)
    host.notify({ code: "kept", about, text: keptText(kept), remedy: kept.remedy });
  return { kind: "ran", result: resultOf(stack, performed) };
}

type Ran = Extract<Performed<RemoveFacts, RemoveKind>, { kind: "ran" }>;

/** As the engine's own operations end. */
function resultOf(stack: string, { outcomes }: Ran): DeployResult {
  const destroyed = outcomes.find(({ outcome }) => outcome.result !== undefined)?.outcome.result;
  const problems = outcomes.flatMap(({ outcome }) => (outcome.ok ? [] : outcome.problems));
  const ok = outcomes.every(({ outcome }) => outcome.ok);
  return { stack, operation: "destroy", changes: {}, ...destroyed, ok, problems };
}
