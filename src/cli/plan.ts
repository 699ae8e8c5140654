import type { Subject } from "../operations/host.ts";
import { keptText, type Planned, planText, withRemedy } from "../operations/operation.ts";
import { shownRemedy } from "./reader.ts";
import { complain, print, printJson } from "./terminal.ts";

/** Shows what an operation would do, as `--dry-run` does. */
export function showPlan(operation: string, { stack }: Subject, plan: Planned, { json }: { json?: boolean }): void {
  const { steps, done, kept } = plan;
  const texts = kept.map((each) => withRemedy(keptText(each), each.remedy, shownRemedy));
  if (json) printJson({ stack, operation, dryRun: true, steps, done, kept: texts });
  else print(planText(plan, shownRemedy));
  complain("nothing was changed (--dry-run)");
}
