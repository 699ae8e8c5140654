import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import manifest from "../../../package.json" with { type: "json" };
import { listStacks, stackFileName } from "../../config/stack-file.ts";
import { writeNewFile } from "../../disk/write-files.ts";
import { openEngine } from "../../engine/engine.ts";
import { withProjectLock } from "../../engine/project-lock.ts";
import { errorsOf, exitStatusOf } from "../../findings/finding.ts";
import { NotReached } from "../../findings/stopped.ts";
import { checkoutStack } from "../../notation/checkout-name.ts";
import { nearestPrefix } from "../../notation/names.ts";
import { shellWord } from "../../notation/shell-quote.ts";
import { checkoutOf } from "../../operations/init/checkout.ts";
import { initialize, type Installation } from "../../operations/init/init.ts";
import { lookAround, newStack } from "../../operations/new-stack.ts";
import { openProject, type Project } from "../../project/project.ts";
import { jsonFinding } from "../../report/shown-finding.ts";
import { reportText } from "../../report/text.ts";
import { thisCommand } from "../invocation.ts";
import { Outcome, wrongUsage } from "../outcome.ts";
import { withProgress } from "../progress.ts";
import { print, printJson } from "../project.ts";
import { shown } from "../reader.ts";

interface InitOptions {
  readonly template?: string;
  readonly into?: string;
  readonly stack?: string;
  readonly environment: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

export const initCommand = (): Command =>
  new Command("init")
    .description(
      "Make the Pulumi project that deploys the application of this folder, and a first stack; nothing that is there is changed.",
    )
    .option("--template <name>", "a blueprint that comes with berth, a folder, or the URL of a Git repository")
    .option("--into <folder>", "the project's folder (default: deploy)")
    .option("--stack <name>", "the first stack (default: after the branch or folder; main in a first checkout)")
    .option("--environment <name>", "development, staging or production", "development")
    .option("--offline", "check files only; ask no host")
    .option("--json", "print one object: ok, root, written, stack, findings")
    .action(async (options: InitOptions, command: Command) => {
      const { directory } = command.optsWithGlobals<{ directory?: string }>();
      await act(resolve(directory ?? process.cwd()), options);
    });

async function act(folder: string, options: InitOptions): Promise<void> {
  const made = await initialize(folder, installation(), options);
  if (made.kind === "refused") throw wrongUsage(made.message);
  const project = openProject(made.root);
  const [known] = listStacks(project.root);
  const stack = options.stack ?? known ?? checkoutStack(await checkoutOf(folder));
  const isThere = listStacks(project.root).includes(stack);
  const file = isThere ? undefined : await firstStack(project, folder, stack, options, made.written);
  const written = [...made.written, ...(file === undefined ? [] : [file])];
  const notices: string[] = [];
  if (file !== undefined) await makeStack(project.root, stack, notices);
  const paths = written.map((path) => relative(folder, path));
  if (options.json) return printJson({ ok: true, root: made.root, written: paths, stack, findings: [] });
  for (const path of paths) print(`wrote ${path}`);
  for (const notice of notices) print(notice);
  if (paths.length === 0) print(`everything is there already: ${relative(folder, made.root)}`);
  const second = stack === "second" ? "third" : "second";
  print(`\nnext:
  ${thisCommand} up ${shellWord(stack)}
  ${thisCommand} new ${second} --yes
  ${thisCommand} up ${second}`);
}

/** @returns the stack file's path */
async function firstStack(
  project: Project,
  folder: string,
  stack: string,
  { environment, offline, json }: InitOptions,
  written: readonly string[],
): Promise<string> {
  // The same stack of another application on this host has other names.
  const prefix = nearestPrefix(`${project.setting.project}_${stack}`);
  const answers = { stack, environment, prefix };
  return withProjectLock(project.root, async () => {
    const inventory = await withProgress("looking for what is free", () =>
      lookAround(project, answers, offline !== true),
    );
    const made = newStack(answers, project, inventory);
    const findings = shown(made.findings);
    if (!made.ok) {
      if (json)
        printJson({
          ok: false,
          root: project.root,
          written: written.map((path) => relative(folder, path)),
          stack,
          findings: findings.map(jsonFinding),
        });
      else print(reportText(findings, inventory.notLookedAt));
      throw new Outcome(exitStatusOf(errorsOf(findings)), `${stackFileName(stack)} was not written`);
    }
    if (json !== true && findings.length > 0) print(reportText(findings, inventory.notLookedAt));
    const path = join(project.root, made.value.file);
    writeNewFile(path, made.value.text);
    return path;
  });
}

/** For plain `pulumi`, which wants the stack made; without the engine that is for later. */
async function makeStack(root: string, stack: string, notices: string[]): Promise<void> {
  try {
    const engine = await openEngine(root, { install: false, notice: (text) => void notices.push(text) });
    await engine.stack(stack);
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    notices.push(error.message);
  }
}

/** The package that this command is part of, as its sources or bundled. */
function installation(): Installation {
  let root = dirname(process.argv[1] === undefined ? process.cwd() : realpathSync(process.argv[1]));
  while (!existsSync(join(root, "package.json")) && dirname(root) !== root) root = dirname(root);
  return { root, name: manifest.name, version: manifest.version };
}
