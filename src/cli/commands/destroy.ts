import { Command } from "commander";
import { remove } from "../../operations/remove/remove.ts";
import { removePorts } from "../../operations/remove/ports.ts";
import { usedByOthers } from "../../operations/remove/used-by-others.ts";
import { commandHost } from "../host.ts";
import { wrongUsage } from "../outcome.ts";
import { showPlan } from "../plan.ts";
import { projectOf, stackOf } from "../project.ts";
import { canAsk } from "../prompts.ts";
import { conclude, deploymentOrRefuse, lineOf, refuse, type RunOptions, withEngine } from "../run-operation.ts";

interface Options extends RunOptions {
  readonly stack?: string;
  readonly data?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const destroyCommand = (): Command =>
  new Command("destroy")
    .argument("[stack]", "the stack, as with -s")
    .description("Remove a deployment's containers and networks; its volumes stay, unless --data.")
    .option("-s, --stack <name>", "the stack")
    .option("--json", "print one object at the end: stack, operation, ok, changes, and problems or findings")
    .option("-y, --yes", "do not ask for the stack's name")
    .option("--data", "remove volumes, static directory and the stack, too: the data is gone")
    .option("--dry-run", "show the steps in their order and change nothing; with --json as data")
    .action(act);

async function act(argument: string | undefined, options: Options, command: Command): Promise<void> {
  const project = projectOf(command);
  const stack = stackOf(project, argument, options.stack);
  const deployment = deploymentOrRefuse(project, stack, "destroy", options);
  const { json, data = false, yes = false, dryRun = false } = options;
  // Before the engine, which may have to be fetched, is opened for a question that nobody can answer.
  if (!yes && !dryRun && !canAsk())
    throw wrongUsage(
      `${stack} is removed once its name is typed.\nThere is no terminal to confirm it on: add --yes (--dry-run shows what it removes)`,
    );
  const line = lineOf(deployment, options);
  const host = commandHost(options);
  const removed = await withEngine(project.root, deployment, "destroy", { json, line, install: !dryRun }, (engine) => {
    const inUse = () => host.during("looking for what others use of it", () => usedByOthers(project, deployment));
    const ports = removePorts({ engine, deployment, inUse, line });
    return remove(ports, host, { root: project.root, deployment, data, dryRun });
  });
  if (removed.kind === "shown") return showPlan("destroy", deployment, removed.plan, options);
  if (removed.kind === "refused") {
    const { findings, problems } = removed.plan;
    return refuse("destroy", stack, { deployments: [], findings, problems, notLookedAt: [] }, options);
  }
  conclude(removed.result, line, options);
}
