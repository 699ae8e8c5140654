import { Command } from "commander";
import { engineKey } from "../../config/engine-keys.ts";
import { NotEditable, withoutValue, withValue } from "../../config/stack-file-edit.ts";
import { parseStack, stackFileName } from "../../config/stack-file.ts";
import { configKey, type KeyPath, keyPath } from "../../findings/config-key.ts";
import { suspicionOf } from "../../notation/secret-names.ts";
import { errorsOf, type Finding } from "../../findings/finding.ts";
import { deploymentOf, type Project } from "../../project/project.ts";
import { editStackFile } from "../../operations/edit-config.ts";
import { openEngine } from "../../engine/engine.ts";
import { withProjectLock } from "../../engine/project-lock.ts";
import { findingText } from "../../report/text.ts";
import { Outcome, wrongUsage } from "../outcome.ts";
import { print, projectOf, stackOf } from "../project.ts";
import { askValue } from "../prompts.ts";
import { complain } from "../terminal.ts";
import { shown } from "../reader.ts";

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
      let there = true;
      const change = (text: string, project: string): string => {
        const changed = withoutValue(text, path, project);
        there = changed !== text;
        return changed;
      };
      return edit(options, self, change, () => `${configKey(path)} is ${there ? "removed" : "not set in this file"}`);
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
  const project = projectOf(command);
  const stack = stackOf(project, undefined, options.stack);
  const [group, name] = path;
  if (group === "secrets")
    throw wrongUsage(`${configKey(path)} would stand in clear text: add --secret, and the engine encrypts it`);
  const value = given ?? (await askValue(configKey(path)));
  const isShown = suspicionOf(group === "settings" ? String(name) : "", value) === undefined;
  const change = (text: string): string => {
    const changed = withValue(text, path, value, project.defaults.project);
    const mistakes = newMistakes(project, stack, path, { before: text, after: changed });
    if (mistakes.length > 0) {
      const reason = `${stackFileName(stack)} is left as it is`;
      throw wrongUsage(`${shown(mistakes).map(findingText).join("\n")}\n${reason}`);
    }
    return changed;
  };
  await edit(options, command, change, () => `${configKey(path)} is ${isShown ? value : "set"}`);
}

/** What a change would make wrong with the key that it is about; other mistakes of the file are no concern of it. */
function newMistakes(
  project: Project,
  stack: string,
  path: KeyPath,
  { before, after }: Readonly<Record<"before" | "after", string>>,
): Finding[] {
  const mistakes = (text: string): readonly Finding[] =>
    errorsOf(deploymentOf(project, parseStack(text, stack, stackFileName(stack), project.defaults)).findings);
  const text = ({ key, message }: Finding): string => `${key} ${message}`;
  const known = new Set(mistakes(before).map(text));
  const key = configKey(path);
  return mistakes(after).filter(
    (finding) =>
      finding.code === "config-invalid" &&
      (finding.key.startsWith(key) || isAround(finding.key, path, project)) &&
      !known.has(text(finding)),
  );
}

/** Whether a key, in any words that the engine takes for it, is one around a place. */
function isAround(key: string, path: KeyPath, project: Project): boolean {
  const read = engineKey(key, project.defaults.project ?? "");
  const around = read?.namespace === "berth" ? keyPath(read.name) : undefined;
  return around?.every((part, index) => part === path[index]) === true;
}

async function edit(
  { stack: named }: Options,
  command: Command,
  change: (text: string, project: string) => string,
  done: () => string,
): Promise<void> {
  const project = projectOf(command);
  const stack = stackOf(project, undefined, named);
  try {
    await editStackFile(project.root, stack, (text) => change(text, project.defaults.project ?? ""));
  } catch (error) {
    if (error instanceof NotEditable) throw wrongUsage(`${stackFileName(stack)} is left as it is: ${error.message}`);
    throw error;
  }
  print(`${stackFileName(stack)}: ${done()}`);
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
  const engine = await openEngine(project.root, { notice: complain });
  const args = [...verb, "--path", path, ...(value === undefined ? [] : [value])];
  const run = (): Promise<number> => engine.config(stack, args);
  // The engine writes the whole file. Where it asks for the value, other commands do not wait for the answer.
  const writes = verb[0] === "set" && (value !== undefined || !process.stdin.isTTY);
  const code = writes ? await withProjectLock(project.root, run) : await run();
  if (code !== 0) throw new Outcome(code);
}

function pathOf(key: string): KeyPath {
  const path = keyPath(key);
  if (path === undefined)
    throw wrongUsage(`${key} is not a key of a deployment; one is berth:prefix, berth:ports.app or berth:adopt[0]`);
  return path;
}
