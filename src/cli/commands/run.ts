import { Command } from "commander";
import type { JobContainer, Realization } from "../../deployment/realization.ts";
import { failedEnd } from "../../deployment/job-end.ts";
import { type JobRun, runJob } from "../../operations/run-job.ts";
import { stackStates } from "../../engine/stack-state.ts";
import { deploymentOrRefuse, lineOf } from "../run-operation.ts";
import { exitCodes, Outcome, wrongUsage } from "../outcome.ts";
import { printJson, projectOf, stackOf } from "../project.ts";
import { thisCommand } from "../invocation.ts";
import { ownValue } from "../../notation/own-value.ts";

export const runCommand = (): Command =>
  new Command("run")
    .argument("<stack>", "the stack")
    .argument("<job>", "the job, as its blueprint names it")
    .description("Re-run a job (for example migrations) and stream its output.")
    .option("--json", "print one object at the end: stack, operation, job, container, ok, and exitCode or problems")
    .action(async (argument: string, key: string, options: { json?: boolean }, command: Command) => {
      const project = projectOf(command);
      const stack = stackOf(project, argument, undefined);
      const deployment = deploymentOrRefuse(project, stack, "run", options);
      const job = jobOf(deployment, key);
      const line = lineOf(deployment, options);
      const secrets = async (): Promise<string[]> => {
        const state = ownValue(await stackStates(project.root, [deployment]), stack);
        if (state?.kind === "known") return Object.values(state.state.secrets);
        if (deployment.secrets.length > 0)
          line("secrets in its output are not masked: the engine that knows them is not available here");
        return [];
      };
      const run = await runJob(deployment, job, { line, secrets });
      const problem = problemOf(run, job, stack);
      if (options.json)
        printJson({
          stack,
          operation: "run",
          job: key,
          container: job.name,
          ok: problem === undefined,
          ...(run.kind === "ended" && { exitCode: run.exitCode }),
          ...(problem !== undefined && { problems: [problem] }),
        });
      if (problem !== undefined) throw new Outcome(exitCodes.findings, `${deployment.prefix}: ${problem}`);
      line(`${key} ended well`);
    });

function jobOf({ stack, containers }: Realization, key: string): JobContainer {
  const found = containers.find((service) => service.key === key);
  if (found?.kind === "job") return found;
  const jobs = containers.flatMap((service) => (service.kind === "job" ? [service.key] : []));
  const there = jobs.length === 0 ? "it has none" : `its jobs are ${jobs.join(", ")}`;
  throw wrongUsage(
    found ? `${key} is a service of ${stack}, and no job; ${there}` : `${stack} has no job ${key}; ${there}`,
  );
}

/** Why a job did not do what it was to do; undefined where it did. */
function problemOf(run: JobRun, job: JobContainer, stack: string): string | undefined {
  switch (run.kind) {
    case "absent":
      return `${job.key} was never created: ${thisCommand} up ${stack}`;
    case "outdated":
      return `${job.key} was created from another specification than Pulumi.${stack}.yaml gives now: ${thisCommand} up ${stack}`;
    case "running":
      return `${job.key} is running already`;
    case "ended": {
      if (run.isInterrupted) return `${job.key} was stopped before its end (exit code ${run.exitCode})`;
      const end = failedEnd(job, run);
      return end === undefined ? undefined : `${job.key} ${end}`;
    }
  }
}
