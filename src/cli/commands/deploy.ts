import { Command } from "commander";
import { deploy, type Operation, upWithoutEngine } from "../../operations/deploy.ts";
import { errorsOf } from "../../findings/finding.ts";
import { isLastRelease } from "../../operations/last-release.ts";
import { bringUp } from "../../operations/up/up.ts";
import {
  conclude,
  checkup,
  deploymentOrRefuse,
  lineOf,
  refuse,
  type RunOptions,
  withEngine,
} from "../run-operation.ts";
import { commandHost } from "../host.ts";
import { projectOf, stackOf } from "../project.ts";
import { readSiblings } from "../../project/project.ts";

interface Options extends RunOptions {
  readonly stack?: string;
  readonly previewOnly?: boolean;
  readonly expectNoChanges?: boolean;
  readonly full?: boolean;
}

type Verb = Exclude<Operation, "destroy">;

const descriptions: Readonly<Record<Verb, string>> = {
  preview: "Show what `up` would do; nothing is changed.",
  up: "Bring a deployment to what its stack file says, and wait until it answers.",
  refresh: "Update the state to match changes made outside Pulumi.",
};

export function deployCommands(): Command[] {
  return (Object.keys(descriptions) as Verb[]).map((operation) => {
    const command = new Command(operation)
      .argument("[stack]", "the stack, as with -s")
      .description(descriptions[operation])
      .option("-s, --stack <name>", "the stack")
      .option("--json", "print one object at the end: stack, operation, ok, changes, and problems, health or findings");
    command.option("--expect-no-changes", "exit with 1 if anything would change");
    if (operation === "up") command.option("--full", "start the engine even where nothing differs from the last up");
    if (operation === "refresh") command.option("--preview-only", "show only");
    return command.action((stack: string | undefined, options: Options, self: Command) =>
      act(operation, stack, options, self),
    );
  });
}

async function act(operation: Verb, argument: string | undefined, options: Options, command: Command): Promise<void> {
  const project = projectOf(command);
  const stack = stackOf(project, argument, options.stack);
  const starts = operation === "preview" || operation === "up";
  const siblings = starts ? readSiblings(project) : undefined;
  const { json, full = false, ...rest } = options;
  const resolved = siblings?.deployments.find((each) => each.stack === stack);
  const spares = operation === "up" && !full && resolved !== undefined && isLastRelease(project.root, resolved);
  const report = siblings && (await checkup(project, stack, { siblings, files: spares }));
  if (report !== undefined && errorsOf(report.findings).length > 0) return refuse(operation, stack, report, options);
  const deployment = resolved ?? deploymentOrRefuse(project, stack, operation, options);
  const line = lineOf(deployment, options);
  const wish = { line, ...rest };
  const done = spares ? await upWithoutEngine(project.root, deployment, line, report?.hosts) : undefined;
  const result =
    done ??
    (await withEngine(project.root, deployment, operation, { json, line }, (engine) => {
      const run = () => deploy(engine, deployment, operation, wish);
      const { root } = project;
      return operation === "up" ? bringUp({ up: run }, commandHost(options), { root, deployment }) : run();
    }));
  conclude(result, line, options);
}
