import type { Service } from "../deployment/deployment.ts";
import type { Difference } from "./difference.ts";
import type { LiveContainer } from "./live.ts";

/** Whether a container runs where it should, and runs well. */
export function conditionDifferences(
  service: Service,
  deploymentRuns: boolean,
  { State: state, RestartCount: restarts = 0 }: LiveContainer,
  at: number,
): Difference[] {
  const active = ["running", "paused", "restarting"].includes(state.Status);
  if (!deploymentRuns) return active ? [{ what: "runs, although its deployment is stopped", cure: "replacement" }] : [];
  if (state.Status === "paused") return [{ what: "is paused", cure: "unpause" }];
  if (service.kind === "job") return jobDifferences(state);
  if (!active) {
    const what = state.Status === "created" ? "was never started" : `is stopped (exit code ${state.ExitCode ?? 0})`;
    return [{ what, cure: "engine" }];
  }
  if (restartsInLoop({ state: state.Status, restarts, startedAt: Date.parse(state.StartedAt ?? "") }, at))
    return [
      {
        what: `restarts again and again (exit code ${state.ExitCode ?? 0})`,
        cure: "removal",
        note: `first look why: docker logs --tail 50 ${service.name}`,
      },
    ];
  return state.Health?.Status === "unhealthy" ? [{ what: "is unhealthy", cure: "restart" }] : [];
}

/** Docker waits up to a minute before it starts a failing container again; one that has run for longer than this is well. */
const steadyAfter = 120_000;

/** Whether Docker starts it again and again. Times in milliseconds since 1970. */
export const restartsInLoop = (
  { state, restarts, startedAt }: { readonly state: string; readonly restarts: number; readonly startedAt: number },
  at: number,
): boolean => state === "restarting" || (state === "running" && restarts >= 3 && at - startedAt < steadyAfter);

function jobDifferences({ Status: status, ExitCode: exitCode = 0 }: LiveContainer["State"]): Difference[] {
  if (status === "created") return [{ what: "has not run", cure: "replacement" }];
  const failed = (status === "exited" || status === "dead") && exitCode !== 0;
  return failed ? [{ what: `ended with exit code ${exitCode}`, cure: "replacement" }] : [];
}
