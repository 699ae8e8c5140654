import { Command } from "commander";
import type { Realization } from "../../deployment/realization.ts";
import { type Engine, openEngine } from "../../engine/engine.ts";
import { failureStatusOf } from "../../findings/finding.ts";
import { bring, type Brought, type BringOptions } from "../../operations/bring.ts";
import type { Host } from "../../operations/host.ts";
import { type RunningPorts, runningPorts } from "../../operations/running-ports.ts";
import { startOperation } from "../../operations/start/start.ts";
import { stopOperation } from "../../operations/stop/stop.ts";
import { commandHost } from "../host.ts";
import { thisCommand } from "../invocation.ts";
import { Outcome } from "../outcome.ts";
import { showPlan } from "../plan.ts";
import { printJson, projectOf, stackOf } from "../project.ts";
import { shownResult } from "../reader.ts";
import { deploymentOrRefuse, lineOf, refuse, reportingFailure, type RunOptions } from "../run-operation.ts";

interface Options extends RunOptions {
  readonly stack?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

type Verb = "start" | "stop";

const described = (verb: Verb, description: string, yes: string): Command =>
  new Command(verb)
    .argument("[stack]", "the stack, as with -s")
    .description(description)
    .option("-s, --stack <name>", "the stack")
    .option("-y, --yes", yes)
    .option("--json", "print one object at the end: stack, operation, ok, changes, and problems, health or findings")
    .option("--dry-run", "show the steps in their order and change nothing; with --json as data")
    .action((stack: string | undefined, options: Options, command: Command) => act(verb, stack, options, command));

export const stopCommand = (): Command =>
  described(
    "stop",
    "Stop a deployment: `berth:running: false` in its stack file, and `up`. Everything is kept, its ports are given up. Deployments with a database on it are stopped first, if you agree.",
    "do not ask before deployments are stopped that have their databases on it",
  );

export const startCommand = (): Command =>
  described(
    "start",
    "Start a deployment: no `berth:running` in its stack file, and `up`. What holds its ports is stopped first, if you agree; what was stopped with it is started after it.",
    "do not ask before a deployment is stopped that holds its ports",
  );

async function act(verb: Verb, argument: string | undefined, options: Options, command: Command): Promise<void> {
  const project = projectOf(command);
  const stack = stackOf(project, argument, options.stack);
  const deployment = deploymentOrRefuse(project, stack, verb, options);
  const line = lineOf(deployment, options);
  let engine: Promise<Engine> | undefined;
  const ready = (): Promise<Engine> => (engine ??= openEngine(project.root, { notice: line, berth: thisCommand }));
  const host = commandHost(options);
  const ports = runningPorts({
    project,
    deployment,
    engine: ready,
    host,
    lineOf: (each) => lineOf(each, options),
  });
  const { root } = project;
  const { json, dryRun } = options;
  const brought = await reportingFailure(deployment, verb, { json }, () =>
    brings(verb, ports, host, { root, deployment, dryRun, ready }),
  );
  show(verb, deployment, brought, options);
}

const brings = (verb: Verb, ports: RunningPorts, host: Host, options: BringOptions): Promise<Brought> =>
  verb === "start"
    ? bring(startOperation(options.deployment), ports, host, options)
    : bring(stopOperation(options.deployment), ports, host, options);

function show(verb: Verb, deployment: Realization, brought: Brought, options: Options): void {
  switch (brought.kind) {
    case "refused":
      return refuse(
        verb,
        deployment.stack,
        brought.conflicts ?? { deployments: [], findings: [], notLookedAt: [] },
        options,
      );
    case "shown":
      return showPlan(verb, deployment, brought.plan, options);
    case "done": {
      const { result, stopped, started } = brought;
      if (options.json)
        printJson({ ...shownResult(result), operation: verb, stopped, ...(verb === "start" && { started }) });
      return;
    }
    case "failed":
      return tellFailure(verb, brought, options);
  }
}

/** Says how things stand after a start or stop that failed half-way, and what to type to go back. */
function tellFailure(verb: Verb, brought: Extract<Brought, { kind: "failed" }>, { json }: Options): never {
  const { stack, stopped, standing, what, result } = brought;
  const back = brought.back.map(({ kind, target }) => `${thisCommand} ${kind} ${target}`).join(" && ");
  if (json) printJson({ ...shownResult(result), stack, operation: verb, ok: false, stopped, standing, back });
  // Healthy to Docker, and of no use to people.
  const { health } = result;
  const but = health?.kind === "unhealthy" ? [`  ${stack} does not answer: ${health.reason}`] : [];
  const states = standing.map(({ stack: one, state, reason }) => `  ${one} is ${state}${reason ? `: ${reason}` : ""}`);
  const text = [`${stack} ${what}; this is how things stand:`, ...states, ...but, `to go back: ${back}`];
  throw new Outcome(failureStatusOf(result.findings), text.join("\n"));
}
