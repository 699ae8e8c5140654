import { exitStatusOf } from "../../findings/finding.ts";
import { Command } from "commander";
import { checkProject } from "../../operations/check-project.ts";
import { checkReport } from "../../report/json.ts";
import { checkMarkdown } from "../../report/markdown.ts";
import { reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { print, printJson, projectOf, stackOf } from "../project.ts";
import { shown } from "../reader.ts";
import { withProgress } from "../progress.ts";

interface Options {
  readonly stack?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export const checkCommand = (): Command =>
  new Command("check")
    .description("Check all stacks for conflicts with each other and with their hosts.")
    .option("-s, --stack <name>", "report only what concerns one stack")
    .option("--offline", "check files only; ask no host")
    .option("--json", "print one object: deployments, findings, notLookedAt")
    .option("--markdown", "print Markdown, for a comment on a pull request")
    .action(async (options: Options, command: Command) => {
      const project = projectOf(command);
      const stack = options.stack === undefined ? undefined : stackOf(project, undefined, options.stack);
      const result = await withProgress("checking stacks and hosts", () =>
        checkProject(project, { ...options, stack }),
      );
      const { deployments, notLookedAt } = result;
      const findings = shown(result.findings);
      if (options.json) printJson(checkReport(deployments, findings, notLookedAt));
      else if (options.markdown) print(checkMarkdown(deployments, findings, notLookedAt));
      else print(reportText(findings, notLookedAt));
      const code = exitStatusOf(findings);
      if (code !== 0) throw new Outcome(code);
    });
