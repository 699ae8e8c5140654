import { Command } from "commander";
import type { Deployment } from "../../deployment/deployment.ts";
import { type Project, readSiblings } from "../../inventory/project.ts";
import type { DeployResult } from "../../operations/deploy.ts";
import { dependentsOf, holdersOf, setRunning } from "../../operations/running.ts";
import { statusLook } from "../../operations/status.ts";
import {
  conflictsOf,
  deploymentOrRefuse,
  lineOf,
  refuse,
  type RunOptions,
  tellHealth,
  withEngine,
} from "../deployment-run.ts";
import { exitCodes, Outcome } from "../outcome.ts";
import { printJson, projectOf, stackOf } from "../project.ts";
import { confirm } from "../prompts.ts";
import { thisCommand } from "../started.ts";

interface Options extends RunOptions {
  readonly stack?: string;
  readonly yes?: boolean;
}

const described = (name: string, description: string, yes: string): Command =>
  new Command(name)
    .argument("[stack]", "the stack, as with -s")
    .description(description)
    .option("-s, --stack <name>", "the stack")
    .option("-y, --yes", yes)
    .option("--json", "print one object at the end: stack, operation, ok, changes, and problems, health or findings");

export const stopCommand = (): Command =>
  described(
    "stop",
    "Stop a deployment: `berth:running: false` in its stack file, and `up`. Everything is kept, its ports are given up.",
    "do not ask, also where others have their databases on it",
  ).action(async (argument: string | undefined, options: Options, command: Command) => {
    const project = projectOf(command);
    const stack = stackOf(project, argument, options.stack);
    const deployment = deploymentOrRefuse(project, stack, "stop", options);
    const conflicts = await conflictsOf(project, stack, { [stack]: false });
    if (conflicts !== undefined) return refuse("stop", stack, conflicts, options);
    const dependents = dependentsOf(deployment, readSiblings(project, stack).deployments);
    const without = `${dependents.join(", ")} ${dependents.length === 1 ? "has its database" : "have their databases"} there`;
    if (dependents.length > 0 && options.yes !== true)
      await confirm(`${without}. Stop ${stack}?`, "nothing was stopped");
    const result = await bring(project, deployment, false, options);
    if (!result.ok) await standing(project, deployment, [], result, options, "was not stopped");
    if (options.json) printJson({ ...result, operation: "stop" });
  });

export const startCommand = (): Command =>
  described(
    "start",
    "Start a deployment: no `berth:running` in its stack file, and `up`. What holds its ports is stopped first, if you agree.",
    "do not ask before a deployment is stopped that holds its ports",
  ).action(async (argument: string | undefined, options: Options, command: Command) => {
    const project = projectOf(command);
    const stack = stackOf(project, argument, options.stack);
    const deployment = deploymentOrRefuse(project, stack, "start", options);
    const holders = await inTheWay(project, stack, options);
    const stopped: string[] = [];
    for (const holder of holders) {
      stopped.push(holder.stack);
      const stop = await bring(project, holder, false, options);
      if (!stop.ok) await standing(project, deployment, stopped, stop, options, "was not started");
    }
    const result = await bring(project, deployment, true, options);
    tellHealth(result, lineOf(deployment, options));
    if (!result.ok) await standing(project, deployment, stopped, result, options, "did not come up");
    if (options.json) printJson({ ...result, operation: "start", stopped });
  });

/** The deployments that are to be stopped first, all agreed upon; anything else in the way ends the command. */
async function inTheWay(project: Project, stack: string, options: Options): Promise<Deployment[]> {
  const conflicts = await conflictsOf(project, stack, { [stack]: true });
  if (conflicts === undefined) return [];
  const { stacks, ports } = holdersOf(stack, conflicts);
  const without = Object.fromEntries([[stack, true], ...stacks.map((holder) => [holder, false] as const)]);
  const left = stacks.length === 0 ? conflicts : await conflictsOf(project, stack, without);
  if (left !== undefined) return refuse("start", stack, conflicts, options);
  const names = stacks.join(", ");
  const held = `${ports.join(", ")} ${ports.length === 1 ? "is" : "are"} held by ${names}, which ${stacks.length === 1 ? "runs" : "run"}`;
  if (options.yes !== true) await confirm(`${held}. Stop ${names} and start ${stack}?`, "nothing was changed");
  return conflicts.deployments.filter((other) => stacks.includes(other.stack));
}

function bring(project: Project, deployment: Deployment, running: boolean, { json }: Options): Promise<DeployResult> {
  const line = lineOf(deployment, { json });
  return withEngine(project.root, deployment, running ? "start" : "stop", { json, line }, (engine) =>
    setRunning(engine, project, deployment, running, { line }),
  );
}

/** Says how things stand after a start or stop that failed half-way, and what to type to go back. */
async function standing(
  project: Project,
  { stack }: Deployment,
  stopped: readonly string[],
  result: DeployResult,
  { json }: Options,
  what: "was not stopped" | "was not started" | "did not come up",
): Promise<never> {
  const looks = [stack, ...stopped].map((one) => statusLook(project, { stack: one })());
  const stand = (await Promise.all(looks)).flatMap(({ deployments }) =>
    deployments.map(({ deployment, status: { state, reason } }) => ({ stack: deployment.stack, state, reason })),
  );
  // Healthy to Docker, and of no use to people.
  const { health } = result;
  const but = health?.kind === "unhealthy" ? [`  ${stack} does not answer: ${health.reason}`] : [];
  const undone = { "was not stopped": [`start ${stack}`], "was not started": [], "did not come up": [`stop ${stack}`] };
  const words = [...undone[what], ...stopped.map((one) => `start ${one}`)];
  const back = words.map((each) => `${thisCommand} ${each}`).join(" && ");
  const operation = what === "was not stopped" ? "stop" : "start";
  if (json) printJson({ ...result, stack, operation, ok: false, stopped, standing: stand, back });
  const states = stand.map(({ stack: one, state, reason }) => `  ${one} is ${state}${reason ? `: ${reason}` : ""}`);
  const text = [`${stack} ${what}; this is how things stand:`, ...states, ...but, `to go back: ${back}`];
  throw new Outcome(exitCodes.findings, text.join("\n"));
}
