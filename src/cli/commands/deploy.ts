import { Command } from "commander";
import { readStackFile } from "../../config/stack-file.ts";
import { errorsOf } from "../../conflicts/finding.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { type Project, readDeployment } from "../../inventory/project.ts";
import { type CheckResult, checkProject } from "../../operations/check-project.ts";
import { deploy, type DeployResult, type Operation } from "../../operations/deploy.ts";
import { EngineMissing, openEngine } from "../../operations/engine.ts";
import { remove } from "../../operations/remove.ts";
import { checkReport } from "../../report/json.ts";
import { reportText } from "../../report/text.ts";
import { failureText } from "../failure.ts";
import { exitCodes, Outcome } from "../outcome.ts";
import { exitCodeOf, print, printJson, projectOf, stackOf } from "../project.ts";
import { thisCommand } from "../started.ts";
import { told } from "../told.ts";
import { withProgress } from "../progress.ts";
import { confirmName } from "../prompts.ts";

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
      .option("--json", "print one object at the end: stack, operation, ok, changes, and problems, health or findings");
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
  const starts = operation === "preview" || operation === "up";
  const report = starts ? await conflictsOf(project, stack) : undefined;
  if (report !== undefined) return refuse(operation, stack, report, options);
  const deployment = readDeployment(project, stack);
  if (!deployment.ok)
    return refuse(operation, stack, { deployments: [], findings: deployment.findings, notLookedAt: [] }, options);
  const { prefix } = deployment.value;
  if (operation === "destroy" && options.yes !== true)
    await confirmName(stack, whatGoes(deployment.value, options.data === true));
  // Every line of an operation says whose it is.
  const line = (text: string): void => {
    const to = options.json ? process.stderr : process.stdout;
    to.write(`${prefix}: ${text}`.trimEnd().concat("\n"));
  };
  const result = await runOrEnd(project.root, deployment.value, operation, options, line);
  conclude(result, options, line);
}

/** Told before the engine starts: as data, in full, and in a fraction of its time. The program checks again. */
async function conflictsOf(project: Project, stack: string): Promise<CheckResult | undefined> {
  const config = readStackFile(project.root, stack, project.defaults);
  const offline = config.ok && config.value.inventory === "files";
  const report = await withProgress("looking at stacks and hosts", () =>
    checkProject(project, { stack, offline, starting: true }),
  );
  return errorsOf(report.findings).length === 0 ? undefined : report;
}

function refuse(
  operation: Operation,
  stack: string,
  { deployments, findings: found, notLookedAt }: Omit<CheckResult, "hosts">,
  { json }: Options,
): never {
  const findings = told(found);
  const changes = {};
  if (json) printJson({ stack, operation, ok: false, changes, ...checkReport(deployments, findings, notLookedAt) });
  else print(reportText(findings, notLookedAt));
  throw new Outcome(exitCodeOf(findings), "nothing was changed");
}

async function runOrEnd(
  root: string,
  deployment: Deployment,
  operation: Operation,
  { json, data = false, previewOnly, expectNoChanges }: Options,
  line: (text: string) => void,
): Promise<DeployResult> {
  const wish = { line, previewOnly, expectNoChanges };
  try {
    const engine = await openEngine(root, { notice: line });
    if (operation === "destroy") return await remove(engine, deployment, { ...wish, data });
    return await deploy(engine, deployment, operation, wish);
  } catch (error) {
    const failure = failureText(error);
    if (failure === undefined) throw error;
    if (json) printJson({ stack: deployment.stack, operation, ok: false, changes: {}, problems: [failure] });
    const otherwise = `without it: ${thisCommand} export compose STACK writes a file that Docker Compose runs`;
    const text = error instanceof EngineMissing ? `${failure}\n${otherwise}` : failure;
    throw new Outcome(exitCodes.notReached, `${deployment.prefix}: ${text}`);
  }
}

function conclude(result: DeployResult, { json }: Options, line: (text: string) => void): void {
  if (json) printJson(result);
  const { health } = result;
  if (health?.kind === "healthy") line("answers on its health page");
  if (health?.kind === "unhealthy") line(`is up, but not healthy: ${health.reason}`);
  if (!result.ok) throw new Outcome(exitCodes.findings);
}

/** What a destroy does, in the words of the question that comes before it. */
function whatGoes({ services, networks, volumes, staticDirectory }: Deployment, data: boolean): string {
  const names = (noun: string, things: readonly { readonly name: string }[]): string[] =>
    things.length === 0 ? [] : [`the ${noun} ${things.map(({ name }) => name).join(", ")}`];
  const going = [...names("containers", services), ...names("networks", networks)];
  const kept = names("volumes", volumes);
  if (!data) return `${going.join(" and ")} will be removed${kept.length === 0 ? "" : `; ${kept.join("")} stay`}`;
  const directory = staticDirectory === undefined ? [] : [`the directory ${staticDirectory.path}`];
  return `${[...going, ...kept, ...directory].join(" and ")} will be removed for good, with all data`;
}
