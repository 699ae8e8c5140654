import { runningRunners } from "../running-steps.ts";
import type { StartFacts } from "./facts.ts";

export const startRunners = runningRunners<StartFacts>(({ deployment }) => deployment.stack);
