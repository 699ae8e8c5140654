import { join } from "node:path";
import { Command } from "commander";
import { listBlueprints } from "../../blueprint/load.ts";
import { NotEditable } from "../../config/stack-file-edit.ts";
import { listStacks, stackFileName, stackFileThere } from "../../config/stack-file.ts";
import type { NotLookedAt } from "../../findings/gap.ts";
import { exitStatusOf, errorsOf, type Finding } from "../../findings/finding.ts";
import { mistake } from "../../findings/config-finding.ts";
import type { Realization } from "../../deployment/realization.ts";
import { checkoutStack } from "../../notation/checkout-name.ts";
import { urlOf } from "../../deployment/url.ts";
import type { Project } from "../../project/project.ts";
import { usualBlueprint } from "../../operations/answers.ts";
import { checkoutOf } from "../../operations/init/checkout.ts";
import { lookAround, type NewStack, newStack } from "../../operations/new-stack.ts";
import { withProjectLock } from "../../engine/project-lock.ts";
import { writeNewFile } from "../../disk/write-files.ts";
import { jsonFinding } from "../../report/shown-finding.ts";
import { findingText, notLookedAtText, reportText } from "../../report/text.ts";
import { answersOf, type NewOptions } from "../answers.ts";
import { askAnswers } from "../ask.ts";
import { Outcome, wrongUsage } from "../outcome.ts";
import { withProgress } from "../progress.ts";
import { print, printJson, projectOf } from "../project.ts";
import { canAsk } from "../prompts.ts";
import { thisCommand } from "../invocation.ts";
import { shown } from "../reader.ts";

const repeated = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const newCommand = (): Command =>
  new Command("new")
    .argument("[stack]", "the new stack's name, for example hospital-b (default: after the branch or folder)")
    .description(
      "Write the stack file of a new deployment, with free ports pinned; asks on a terminal, else takes flags.",
    )
    .option("--blueprint <name>", "what the application consists of")
    .option("--prefix <prefix>", "first part of every name (default: the stack's name)")
    .option("--environment <name>", "development, staging or production")
    .option("--domain <name>", "server name")
    .option("--endpoint <url>", "the Docker API it runs on")
    .option("--database <stack>", "the platform that carries its database, where the blueprint asks for one")
    .option("--port <service=port>", "host port of a service (default: the next free one); repeatable", repeated)
    .option("--image <service=image>", "image of a service; repeatable", repeated)
    .option("--set <NAME=value>", "a setting; repeatable", repeated)
    .option("--config <key=value>", "any other key, as `berth config set` takes it; repeatable", repeated)
    .option("-y, --yes", "take defaults for what no flag says; ask nothing")
    .option("--offline", "check files only; ask no host")
    .option("--json", "print one object: ok, stack, findings, notLookedAt; and file, prefix, ports, url")
    .action(async (stack: string | undefined, options: NewOptions, command: Command) => {
      try {
        await act(stack, options, projectOf(command));
      } catch (error) {
        if (error instanceof NotEditable) throw wrongUsage(`--config: ${error.message}`);
        throw error;
      }
    });

async function act(named: string | undefined, options: NewOptions, project: Project): Promise<void> {
  const asks = canAsk() && options.yes !== true && options.json !== true;
  const argument = named ?? (asks ? undefined : checkoutStack(await checkoutOf(project.root)));
  const live = options.offline !== true;
  const { answers: flags, mistakes } = answersOf(argument ?? "", { blueprint: onlyBlueprint(project), ...options });
  const wrong = [...mistakes, ...taken(project, argument)];
  const answers = asks && wrong.length === 0 ? await askAnswers(project, flags, live) : flags;
  // What is free is free only as long as no other command takes it.
  await withProjectLock(project.root, async () => {
    const inventory = await withProgress("looking for what is free", () => lookAround(project, answers, live));
    const made = newStack(answers, project, inventory);
    const findings = [...wrong, ...made.findings];
    if (!made.ok || wrong.length > 0) return refuse(answers.stack, findings, inventory.notLookedAt, options);
    if (!writeNewFile(join(project.root, made.value.file), made.value.text))
      return refuse(answers.stack, taken(project, answers.stack), [], options);
    printResult(answers.stack, made.value, findings, inventory.notLookedAt, options);
  });
}

/** Where there is only one, it needs no name. */
function onlyBlueprint({ root, defaults }: Project): string | undefined {
  const [only, ...others] = listBlueprints(root);
  return defaults.values["blueprint"] === undefined && others.length === 0 && only !== usualBlueprint
    ? only
    : undefined;
}

function taken({ root }: Project, stack: string | undefined): Finding[] {
  if (stack === undefined || !listStacks(root).includes(stack)) return [];
  const message = `${stackFileThere(root, stack) ?? stackFileName(stack)} exists, and is left as it is`;
  return [mistake({ file: "[stack]", path: "" }, message, "a name that no stack file has")];
}

function refuse(
  stack: string,
  found: readonly Finding[],
  notLookedAt: readonly NotLookedAt[],
  { json }: NewOptions,
): never {
  const findings = shown(found);
  if (json) printJson({ ok: false, stack, findings: findings.map(jsonFinding), notLookedAt });
  else print(reportText(findings, notLookedAt));
  throw new Outcome(exitStatusOf(errorsOf(findings)), `${stackFileName(stack)} was not written`);
}

function printResult(
  stack: string,
  { file, text, deployment }: NewStack,
  found: readonly Finding[],
  notLookedAt: readonly NotLookedAt[],
  { json }: NewOptions,
): void {
  const findings = shown(found);
  const { prefix } = deployment;
  const url = urlOf(deployment);
  if (json)
    return printJson({
      ok: true,
      stack,
      file,
      prefix,
      ports: portsOf(deployment),
      url,
      findings: findings.map(jsonFinding),
      notLookedAt,
    });
  for (const text of [...findings.map(findingText), ...notLookedAt.map(notLookedAtText)]) print(`${text}\n`);
  print(`${prefix}: wrote ${file}\n\n${text}\nnext: ${thisCommand} up ${stack}   (then ${url ?? "it runs"})`);
}

/** Host ports by the keys of `berth:ports`. */
const portsOf = ({ services }: Realization): Record<string, number> =>
  Object.fromEntries(services.flatMap(({ ports }) => ports.map(({ configKey, hostPort }) => [configKey, hostPort])));
