import type { Subject } from "../operations/host.ts";
import { type Planned, planText } from "../operations/operation.ts";
import { complain, print, printJson } from "./terminal.ts";

/** Shows what an operation would do, as `--dry-run` does. */
export function showPlan(operation: string, { stack }: Subject, plan: Planned, { json }: { json?: boolean }): void {
  const { steps, done, kept } = plan;
  if (json) printJson({ stack, operation, dryRun: true, steps, done, kept });
  else print(planText(plan));
  complain("nothing was changed (--dry-run)");
}
