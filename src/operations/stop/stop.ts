import type { Realization } from "../../deployment/realization.ts";
import type { Operation } from "../operation.ts";
import type { RunningPorts } from "../running-ports.ts";
import type { RunningKind } from "../running-steps.ts";
import { observeStop, type StopFacts } from "./facts.ts";
import { planStop } from "./plan.ts";
import { stopRunners } from "./run.ts";

/** See `planStop`. */
export const stopOperation = (deployment: Realization): Operation<RunningPorts, StopFacts, RunningKind> => ({
  name: "stop",
  observe: (ports, interrupted) => observeStop(ports, deployment, interrupted),
  plan: planStop,
  run: stopRunners,
});
