import { Command } from "commander";
import { urlOf } from "../../deployment/url.ts";
import { readSiblings } from "../../inventory/project.ts";
import { reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { exitCodeOf, print, printJson, projectOf } from "../project.ts";
import { told } from "../told.ts";
import { tableText } from "../table.ts";

export const listCommand = (): Command =>
  new Command("list")
    .description("List the deployments that have a stack file.")
    .option("--json", "print a list of objects")
    .action((options: { json?: boolean }, command: Command) => {
      const { deployments, unknown: findings } = readSiblings(projectOf(command));
      const rows = deployments.map((deployment) => ({
        stack: deployment.stack,
        prefix: deployment.prefix,
        environment: deployment.environment,
        endpoint: deployment.endpoint.name,
        running: deployment.running,
        blueprint: deployment.blueprint,
        url: urlOf(deployment),
      }));
      if (options.json) printJson(rows);
      else
        print(
          tableText(
            ["STACK", "PREFIX", "ENVIRONMENT", "ENDPOINT", "RUNNING", "URL"],
            rows.map((row) => [
              row.stack,
              row.prefix,
              row.environment,
              row.endpoint,
              row.running ? "yes" : "no",
              row.url ?? "",
            ]),
          ),
        );
      const code = exitCodeOf(findings);
      if (code !== 0) throw new Outcome(code, reportText(told(findings), []));
    });
