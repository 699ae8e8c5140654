import { exitStatusOf } from "../../findings/finding.ts";
import { Command } from "commander";
import { driftReport } from "../../operations/drift-report.ts";
import { checkReport } from "../../report/json.ts";
import { notLookedAtText, reportText } from "../../report/text.ts";
import { exitCodes, Outcome } from "../outcome.ts";
import { shown } from "../reader.ts";
import { withProgress } from "../progress.ts";
import { print, printJson, projectOf, stackOf } from "../project.ts";

export const driftCommand = (): Command =>
  new Command("drift")
    .argument("[stack]", "the stack, as with -s; without it all that are deployed")
    .description(
      "Compare what is live with what the stacks say, also what no refresh sees; each finding says what repairs it.",
    )
    .option("-s, --stack <name>", "the stack")
    .option("--json", "print one object: deployments, findings, notLookedAt")
    .action(async (argument: string | undefined, options: { stack?: string; json?: boolean }, command: Command) => {
      const project = projectOf(command);
      const wanted = argument ?? options.stack;
      const stack = wanted === undefined ? undefined : stackOf(project, argument, options.stack);
      const result = await withProgress("comparing", () => driftReport(project, stack));
      const { deployments, notLookedAt } = result;
      const findings = shown(result.findings);
      if (options.json) printJson(checkReport(deployments, findings, notLookedAt));
      else
        print(
          findings.length === 0
            ? [...notLookedAt.map(notLookedAtText), "no drift"].join("\n")
            : reportText(findings, notLookedAt),
        );
      const code = exitStatusOf(findings);
      if (code !== exitCodes.fine || findings.length > 0)
        throw new Outcome(code === exitCodes.fine ? exitCodes.findings : code);
    });
