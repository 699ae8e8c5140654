import type { Plan } from "../operation.ts";
import { inTurn, type RunningKind, runningStep } from "../running-steps.ts";
import type { StopFacts } from "./facts.ts";

/** Stops the deployments that have their databases on a deployment, and then the deployment. */
export function planStop({ deployment: { stack }, dependents, conflicts, done }: StopFacts): Plan<RunningKind> {
  if (conflicts !== undefined) return { kind: "refused", problems: [], findings: conflicts.findings };
  const stops = inTurn(dependents, (name, after) =>
    runningStep("stop-along", name, `its database is on ${stack}`, after),
  );
  const names = dependents.join(", ");
  const have = `${names} ${dependents.length === 1 ? "has its database" : "have their databases"} there`;
  return {
    kind: "planned",
    steps: [...stops, runningStep("stop", stack, "it is not to run", stops)],
    done,
    kept: [],
    ...(dependents.length > 0 && {
      question: {
        code: "stop-dependents",
        text: `${have}. Stop ${names} and then ${stack}?`,
        expects: "yes",
        otherwise: "nothing was stopped",
      },
    }),
  };
}
