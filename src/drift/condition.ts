import { docker } from "../findings/remedy.ts";
import { restartsInLoop } from "../deployment/restart-loop.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Container } from "../deployment/realization.ts";
import { loopText } from "../deployment/settling.ts";
import type { Difference } from "./difference.ts";
import type { InspectedContainer } from "../host/inspected.ts";

/** Whether a container runs where it should, and runs well. */
export function conditionDifferences(
  service: Container,
  { running: deploymentRuns, endpoint }: Pick<Deployment, "running" | "endpoint">,
  { State: state, RestartCount: restarts = 0 }: InspectedContainer,
  at: number,
): Difference[] {
  const active = ["running", "paused", "restarting"].includes(state.Status);
  if (!deploymentRuns) return active ? [{ what: "runs, although its deployment is stopped", cure: "program" }] : [];
  if (state.Status === "paused") return [{ what: "is paused", cure: "unpause" }];
  if (service.kind === "job") return jobDifferences(state);
  if (!active) {
    const what = state.Status === "created" ? "was never started" : `is stopped (exit code ${state.ExitCode ?? 0})`;
    return [{ what, cure: "engine" }];
  }
  if (restartsInLoop({ state: state.Status, restarts, startedAt: Date.parse(state.StartedAt ?? "") }, at))
    return [
      {
        what: loopText(state.Status, state.ExitCode ?? 0),
        cure: "removal",
        note: ["first find out why:", docker(endpoint.url, "logs", "--tail", "50", service.name)],
      },
    ];
  return state.Health?.Status === "unhealthy" ? [{ what: "is unhealthy", cure: "restart" }] : [];
}

function jobDifferences({ Status: status, ExitCode: exitCode = 0 }: InspectedContainer["State"]): Difference[] {
  if (status === "created") return [{ what: "has not run", cure: "replacement" }];
  const failed = (status === "exited" || status === "dead") && exitCode !== 0;
  return failed ? [{ what: `ended with exit code ${exitCode}`, cure: "replacement" }] : [];
}
