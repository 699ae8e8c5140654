import { Command } from "commander";
import { errorsOf } from "../../conflicts/finding.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { checkProject } from "../../operations/check-project.ts";
import { deploy, type DeployResult, type Operation } from "../../operations/deploy.ts";
import { type Engine, EngineMissing, openEngine } from "../../operations/engine.ts";
import { remove } from "../../operations/remove.ts";
import type { Project } from "../../inventory/project.ts";
import { checkReport } from "../../report/json.ts";
import { reportText } from "../../report/text.ts";
import { exitCodes, Outcome } from "../outcome.ts";
import { confirmName } from "../prompts.ts";
import { deploymentOrEnd, exitCodeOf, print, printJson, projectOf, stackOf } from "../project.ts";

interface Options {
  readonly stack?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly data?: boolean;
  readonly previewOnly?: boolean;
  readonly expectNoChanges?: boolean;
}

const descriptions: Readonly<Record<Operation, string>> = {
  preview: "Show what `up` would do; nothing is changed.",
  up: "Bring a deployment to what its stack file says, and wait until it answers.",
  refresh: "Take over into the state what was changed by hand.",
  destroy: "Remove a deployment's containers and networks; its volumes stay, unless --data.",
};

export function deployCommands(): Command[] {
  return (Object.keys(descriptions) as Operation[]).map((operation) => {
    const command = new Command(operation)
      .argument("[stack]", "the stack, as with -s")
      .description(descriptions[operation])
      .option("-s, --stack <name>", "the stack")
      .option("--json", "print one object at the end: ok, changes, problems, health");
    if (operation !== "destroy") command.option("--expect-no-changes", "exit with 1 if anything would change");
    if (operation === "refresh") command.option("--preview-only", "show only");
    if (operation === "destroy")
      command
        .option("-y, --yes", "do not ask for the stack's name")
        .option("--data", "remove volumes, static directory and the stack, too: the data is gone");
    return command.action((stack: string | undefined, options: Options, self: Command) =>
      act(operation, stack, options, self),
    );
  });
}

async function act(
  operation: Operation,
  argument: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const project = projectOf(command);
  const stack = stackOf(project, argument, options.stack);
  const deployment = deploymentOrEnd(project, stack);
  if (operation === "preview" || operation === "up") await refuseConflicts(project, stack, options);
  if (operation === "destroy" && options.yes !== true)
    await confirmName(stack, whatGoes(deployment, options.data === true));
  // Every line of an operation says whose it is.
  const line = (text: string): void => {
    const to = options.json ? process.stderr : process.stdout;
    to.write(`${deployment.prefix}: ${text}\n`);
  };
  const engine = await engineOrEnd(project.root, line);
  const wish = { line, previewOnly: options.previewOnly, expectNoChanges: options.expectNoChanges };
  const result =
    operation === "destroy"
      ? await remove(engine, deployment, { ...wish, data: options.data === true })
      : await deploy(engine, deployment, operation, wish);
  conclude(result, options, line);
}

/** Told before the engine starts: as data, in full, and in a fraction of its time. The program checks again. */
async function refuseConflicts(project: Project, stack: string, { json }: Options): Promise<void> {
  const { deployments, findings, notLookedAt } = await checkProject(project, { stack });
  if (errorsOf(findings).length === 0) return;
  if (json) printJson({ stack, ok: false, ...checkReport(deployments, findings, notLookedAt) });
  else print(reportText(findings, notLookedAt));
  throw new Outcome(exitCodeOf(findings), "nothing was changed");
}

async function engineOrEnd(root: string, notice: (text: string) => void): Promise<Engine> {
  try {
    return await openEngine(root, { notice });
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    throw new Outcome(
      exitCodes.notReached,
      `${error.message}\nwithout it: berth export compose STACK writes a file that Docker Compose runs`,
    );
  }
}

function conclude(result: DeployResult, { json }: Options, line: (text: string) => void): void {
  if (json) printJson(result);
  const { health } = result;
  if (health?.kind === "healthy") line("answers on its health page");
  if (health?.kind === "unhealthy") line(`is up, but not healthy: ${health.reason}`);
  if (!result.ok) throw new Outcome(exitCodes.findings);
}

function whatGoes(deployment: Deployment, data: boolean): string {
  const names = (things: readonly { readonly name: string }[]): string => things.map(({ name }) => name).join(", ");
  const kept = `the volumes ${names(deployment.volumes)}`;
  const going = `the containers ${names(deployment.services)} and the networks ${names(deployment.networks)}`;
  return data
    ? `${going}, and with all their data ${kept}${deployment.staticDirectory === undefined ? "" : ` and ${deployment.staticDirectory.path}`} will be removed for good`
    : `${going} will be removed; ${kept} stay`;
}
