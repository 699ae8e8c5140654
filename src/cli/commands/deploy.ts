import { Command } from "commander";
import type { Deployment } from "../../deployment/deployment.ts";
import { deploy, type Operation } from "../../operations/deploy.ts";
import { remove } from "../../operations/remove.ts";
import {
  conclude,
  conflictsOf,
  deploymentOrRefuse,
  lineOf,
  refuse,
  type RunOptions,
  withEngine,
} from "../deployment-run.ts";
import { printJson, projectOf, stackOf } from "../project.ts";
import { confirmName } from "../prompts.ts";

interface Options extends RunOptions {
  readonly stack?: string;
  readonly data?: boolean;
  readonly previewOnly?: boolean;
  readonly expectNoChanges?: boolean;
  readonly yes?: boolean;
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
  const deployment = deploymentOrRefuse(project, stack, operation, options);
  if (operation === "destroy" && options.yes !== true)
    await confirmName(stack, whatGoes(deployment, options.data === true));
  const line = lineOf(deployment, options);
  const { json, data = false, ...rest } = options;
  const wish = { line, ...rest };
  const result = await withEngine(project.root, deployment, operation, { json, line }, (engine) =>
    operation === "destroy"
      ? remove(engine, deployment, { ...wish, data })
      : deploy(engine, deployment, operation, wish),
  );
  if (options.json) printJson(result);
  conclude(result, line);
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
