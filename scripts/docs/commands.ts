import type { Command } from "commander";
import { exitCodesText } from "../../src/cli/outcome.ts";
import { createProgram } from "../../src/cli/program.ts";
import { code, page, table } from "./markdown.ts";

/** Every command, from what it says of itself. */
export function commandsPage(): string {
  const program = createProgram();
  return page(
    "src/cli",
    "# Commands",
    program.description(),
    `\`npx ${program.name()} …\` in the project's folder or below it. None of them is needed to deploy: plain Pulumi does. ${exitCodesText.replaceAll("\n", " ")}`,
    options(program, "For every command"),
    ...program.commands.flatMap((command) => section(command, program.name())),
  );
}

/** A command that only holds others is left out for those. */
function section(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((each) => section(each, name));
  const given = command.registeredArguments.filter(({ description }) => description !== "");
  return [
    `## \`${[name, command.usage()].join(" ")}\``,
    command.description(),
    ...(given.length === 0
      ? []
      : [
          table(
            ["argument", "what it says"],
            given.map((argument) => [code(argument.name()), argument.description]),
          ),
        ]),
    options(command, "option"),
  ];
}

function options(command: Command, head: string): string {
  const shown = command.options.filter(({ hidden }) => !hidden);
  return table(
    [head, "what it does"],
    shown.map(({ flags, description, defaultValue }) => [
      code(flags),
      defaultValue === undefined || Array.isArray(defaultValue) || typeof defaultValue === "object"
        ? description
        : `${description} (default: ${String(defaultValue)})`,
    ]),
  );
}
