import { Command } from "commander";
import { openEngine, stateFilesOf } from "../../engine/engine.ts";
import { unlock } from "../../operations/unlock.ts";
import { deploymentOrRefuse, lineOf } from "../run-operation.ts";
import { projectOf, stackOf } from "../project.ts";

export const unlockCommand = (): Command =>
  new Command("unlock")
    .argument("[stack]", "the stack, as with -s")
    .description(
      "Clear what a killed update left behind: its lock, plugins and half-made containers. Refuses while the update runs.",
    )
    .option("-s, --stack <name>", "the stack")
    .option("-y, --yes", "release the lock also where its owner is on another machine")
    .action(async (argument: string | undefined, options: { stack?: string; yes?: boolean }, command: Command) => {
      const project = projectOf(command);
      const stack = stackOf(project, argument, options.stack);
      const deployment = deploymentOrRefuse(project, stack, "unlock", {});
      const line = lineOf(deployment, {});
      const engine = await openEngine(project.root, { install: false, notice: line });
      const files = stateFilesOf(project.root, stack);
      await unlock(engine, deployment, files, { yes: options.yes === true, line });
    });
