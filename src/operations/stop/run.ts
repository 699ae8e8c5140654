import { runningRunners } from "../running-steps.ts";
import type { StopFacts } from "./facts.ts";

export const stopRunners = runningRunners<StopFacts>(({ deployment }) => deployment.stack);
