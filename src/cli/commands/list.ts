import { exitStatusOf, type Finding } from "../../findings/finding.ts";
import { Command } from "commander";
import { urlOf } from "../../deployment/url.ts";
import { type Project, readSiblings } from "../../project/project.ts";
import { statusLook } from "../../operations/status.ts";
import { reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { withProgress } from "../progress.ts";
import { print, printJson, projectOf } from "../project.ts";
import { shown } from "../reader.ts";
import { tableText } from "../table.ts";

export const listCommand = (): Command =>
  new Command("list")
    .description("List the deployments that have a stack file, with the state of each.")
    .option("--offline", "do not ask the hosts: show whether each is configured to run, and not its state")
    .option("--json", "print a list of objects")
    .action(async (options: { json?: boolean; offline?: boolean }, command: Command) => {
      const project = projectOf(command);
      const { deployments, unknown } = readSiblings(project);
      const look = options.offline === true ? undefined : await statesOf(project);
      const states = look?.states;
      const findings = [...unknown, ...(look?.unreachable ?? [])];
      const rows = deployments.map((deployment) => ({
        stack: deployment.stack,
        prefix: deployment.prefix,
        environment: deployment.environment,
        endpoint: deployment.endpoint.name,
        running: deployment.running,
        ...(states !== undefined && { state: states.get(deployment.stack) ?? "unknown" }),
        blueprint: deployment.blueprint,
        url: urlOf(deployment),
      }));
      if (options.json) printJson(rows);
      else
        print(
          tableText(
            ["STACK", "PREFIX", "ENVIRONMENT", "ENDPOINT", states === undefined ? "TO RUN" : "STATE", "URL"],
            rows.map((row) => [
              row.stack,
              row.prefix,
              row.environment,
              row.endpoint,
              row.state ?? (row.running ? "yes" : "no"),
              row.url ?? "",
            ]),
          ),
        );
      const code = exitStatusOf(findings);
      if (code !== 0) throw new Outcome(code, reportText(shown(findings), []));
    });

/** By stack; a host that does not answer makes its deployments unknown. */
async function statesOf(
  project: Project,
): Promise<{ readonly states: ReadonlyMap<string, string>; readonly unreachable: readonly Finding[] }> {
  const { deployments, findings } = await withProgress("asking the hosts", statusLook(project, {}));
  return {
    states: new Map(deployments.map(({ deployment, status }) => [deployment.stack, status.state])),
    unreachable: findings.filter(({ code }) => code === "host-unreachable"),
  };
}
