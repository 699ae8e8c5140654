import type { Realization } from "../../deployment/realization.ts";
import type { Operation } from "../operation.ts";
import type { RunningPorts } from "../running-ports.ts";
import type { RunningKind } from "../running-steps.ts";
import { observeStart, type StartFacts } from "./facts.ts";
import { planStart } from "./plan.ts";
import { startRunners } from "./run.ts";

/** See `planStart`. */
export const startOperation = (deployment: Realization): Operation<RunningPorts, StartFacts, RunningKind> => ({
  name: "start",
  observe: (ports, interrupted) => observeStart(ports, deployment, interrupted),
  plan: planStart,
  run: startRunners,
});
