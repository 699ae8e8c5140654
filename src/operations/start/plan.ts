import type { Question } from "../host.ts";
import type { Plan } from "../operation.ts";
import { inTurn, type RunningKind, runningStep } from "../running-steps.ts";
import type { StartFacts } from "./facts.ts";

/** Stops what holds the deployment's ports, starts it, and then what was stopped along with it. */
export function planStart(facts: StartFacts): Plan<RunningKind> {
  const { deployment, holders, along, done, conflicts } = facts;
  const { stack } = deployment;
  if (conflicts !== undefined) return { kind: "refused", problems: [], findings: conflicts.findings };
  const stops = inTurn(holders, (holder, after) => runningStep("stop", holder, `it holds ports of ${stack}`, after));
  const start = runningStep("start", stack, "it is to run", stops);
  const tenants = inTurn(
    along,
    (tenant, after) => runningStep("start", tenant, `it was stopped with ${stack}`, after),
    [start],
  );
  return {
    kind: "planned",
    steps: [...stops, start, ...tenants],
    done,
    kept: [],
    ...(holders.length > 0 && { question: questionOf(facts) }),
  };
}

function questionOf({ deployment: { stack }, holders, ports }: StartFacts): Question {
  const names = holders.join(", ");
  const held =
    ports.length === 0
      ? `the stop of ${names} was cut off`
      : `${ports.join(", ")} ${ports.length === 1 ? "is" : "are"} held by ${names}, which ${holders.length === 1 ? "runs" : "run"}`;
  return {
    code: "stop-holders",
    text: `${held}. Stop ${names} and start ${stack}?`,
    expects: "yes",
    otherwise: "nothing was changed",
  };
}
