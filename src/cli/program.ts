import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { checkCommand } from "./commands/check.ts";
import { configCommand } from "./commands/config.ts";
import { deployCommands } from "./commands/deploy.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { driftCommand } from "./commands/drift.ts";
import { exportCommand } from "./commands/export.ts";
import { initCommand } from "./commands/init.ts";
import { listCommand } from "./commands/list.ts";
import { newCommand } from "./commands/new.ts";
import { portsCommand } from "./commands/ports.ts";
import { runCommand } from "./commands/run.ts";
import { secretsCommand } from "./commands/secrets.ts";
import { startCommand, stopCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { unlockCommand } from "./commands/unlock.ts";
import { exitCodesText } from "./outcome.ts";

/** All commands; docs/reference/commands.md is made from what they say of themselves. */
export function createProgram(): Command {
  const program = new Command("berth")
    .description(
      "Many isolated deployments of an application on one Docker host; whatever would clash is seen before anything starts.",
    )
    .option(
      "-C, --directory <path>",
      "the project's folder (default: this folder or the nearest above it with a Pulumi.yaml)",
    )
    .version(manifest.version, "-V, --version", "print the version")
    .showHelpAfterError("(berth --help lists all commands)")
    .showSuggestionAfterError()
    .addHelpText("after", `\n${exitCodesText}`)
    .exitOverride();
  const commands = [
    initCommand(),
    newCommand(),
    checkCommand(),
    configCommand(),
    secretsCommand(),
    ...deployCommands(),
    destroyCommand(),
    driftCommand(),
    listCommand(),
    statusCommand(),
    stopCommand(),
    startCommand(),
    runCommand(),
    unlockCommand(),
    portsCommand(),
    exportCommand(),
  ];
  for (const command of commands) program.addCommand(inherit(command));
  return program;
}

/** A subcommand that is made on its own does not take over how errors end. */
function inherit(command: Command): Command {
  command.exitOverride().showHelpAfterError(`(berth ${command.name()} --help lists its options)`);
  for (const sub of command.commands) inherit(sub);
  return command;
}
