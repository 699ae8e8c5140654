import { Command } from "commander";
import { NotEditable, withoutValue, withValue } from "../../config/stack-file-edit.ts";
import { stackFileName } from "../../config/stack-file.ts";
import { configKey, type KeyPath, keyPath } from "../../conflicts/config-key.ts";
import { editStackFile } from "../../operations/edit-config.ts";
import { openEngine } from "../../operations/engine.ts";
import { Outcome, wrongUsage } from "../outcome.ts";
import { print, projectOf, stackOf } from "../project.ts";
import { askValue } from "../prompts.ts";

interface Options {
  readonly stack?: string;
  readonly secret?: boolean;
}

export function configCommand(): Command {
  const command = new Command("config").description("Change a stack file, in the words of `pulumi config`.");
  add(command, "set")
    .argument("[value]", "the value; asked for, or read from a pipe, where it is left out")
    .description("Write one value into a stack file; needs no backend, and keeps comments and secrets as they are.")
    .option("--secret", "encrypt it: the engine does, and the stack is made where there is none")
    .option("--plaintext", "as it is; the default")
    .action((key: string, value: string | undefined, options: Options, self: Command) =>
      options.secret ? byEngine(["set", "--secret"], key, value, options, self) : set(key, value, options, self),
    );
  add(command, "get")
    .description("Print one value as the engine reads it, decrypted; the stack is made where there is none.")
    .action((key: string, options: Options, self: Command) => byEngine(["get"], key, undefined, options, self));
  add(command, "rm")
    .description("Take one key out of a stack file; needs no backend.")
    .action((key: string, options: Options, self: Command) => {
      const path = pathOf(key);
      edit(options, self, (text) => withoutValue(text, path), `${configKey(path)} is gone`);
    });
  return command;
}

const add = (parent: Command, name: string): Command =>
  parent
    .command(name)
    .argument("<key>", "for example berth:prefix or berth:ports.app")
    .option("-s, --stack <name>", "the stack")
    .option("--path", "as Pulumi wants it for a key with parts; here every key may have them");

async function set(key: string, given: string | undefined, options: Options, command: Command): Promise<void> {
  const path = pathOf(key);
  stackOf(projectOf(command), undefined, options.stack);
  const value = given ?? (await askValue(configKey(path)));
  edit(options, command, (text) => withValue(text, path, value), `${configKey(path)} is ${value}`);
}

function edit({ stack: named }: Options, command: Command, change: (text: string) => string, done: string): void {
  const project = projectOf(command);
  const stack = stackOf(project, undefined, named);
  try {
    editStackFile(project.root, stack, change);
  } catch (error) {
    if (error instanceof NotEditable) throw wrongUsage(`${stackFileName(stack)} is left as it is: ${error.message}`);
    throw error;
  }
  print(`${stackFileName(stack)}: ${done}`);
}

async function byEngine(
  verb: readonly string[],
  key: string,
  value: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const path = configKey(pathOf(key));
  const project = projectOf(command);
  const stack = stackOf(project, undefined, options.stack);
  const engine = await openEngine(project.root, { notice: (text) => void process.stderr.write(`${text}\n`) });
  const code = await engine.config(stack, [...verb, "--path", path, ...(value === undefined ? [] : [value])]);
  if (code !== 0) throw new Outcome(code);
}

function pathOf(key: string): KeyPath {
  const path = keyPath(key);
  if (path === undefined)
    throw wrongUsage(`${key} is no key of a deployment; one is berth:prefix, berth:ports.app or berth:adopt[0]`);
  return path;
}
