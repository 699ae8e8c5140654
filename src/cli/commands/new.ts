import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Blueprint } from "../../blueprint/blueprint.ts";
import { listBlueprints } from "../../blueprint/load.ts";
import { stackFileName } from "../../config/stack-file.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { urlOf } from "../../deployment/url.ts";
import { observe } from "../../inventory/observe.ts";
import { type Project, readSiblings } from "../../inventory/project.ts";
import { type Answers, newStack } from "../../operations/new-stack.ts";
import { resolve } from "../../deployment/resolve.ts";
import { parseStack } from "../../config/stack-file.ts";
import { reportText } from "../../report/text.ts";
import { askAnswers } from "../ask.ts";
import { exitCodes, Outcome, wrongUsage } from "../outcome.ts";
import { withProgress } from "../progress.ts";
import { exitCodeOf, print, printJson, projectOf } from "../project.ts";
import { canAsk } from "../prompts.ts";

interface Options {
  readonly blueprint?: string;
  readonly prefix?: string;
  readonly environment?: string;
  readonly domain?: string;
  readonly endpoint?: string;
  readonly port: Record<string, string>;
  readonly image: Record<string, string>;
  readonly set: Record<string, string>;
  readonly yes?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const pair = (text: string, before: Record<string, string>): Record<string, string> => {
  const at = text.indexOf("=");
  if (at < 1) throw wrongUsage(`${JSON.stringify(text)} is not NAME=VALUE, for example app=8780`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

export const newCommand = (): Command =>
  new Command("new")
    .argument("[stack]", "the new stack's name, for example hospital-b")
    .description(
      "Write the stack file of a new deployment, with free ports pinned; asks on a terminal, else takes flags.",
    )
    .option("--blueprint <name>", "what the application consists of")
    .option("--prefix <prefix>", "first part of every name (default: the stack's name)")
    .option("--environment <name>", "development, staging or production")
    .option("--domain <name>", "server name")
    .option("--endpoint <url>", "the Docker API it runs on")
    .option("--port <service=port>", "host port of a service (default: the next free one); repeatable", pair, {})
    .option("--image <service=image>", "image of a service; repeatable", pair, {})
    .option("--set <NAME=value>", "a setting; repeatable", pair, {})
    .option("-y, --yes", "take defaults for what no flag says; ask nothing")
    .option("--offline", "look at files only; ask no host")
    .option("--json", "print one object: file, stack, prefix, ports, url, findings")
    .action((stack: string | undefined, options: Options, command: Command) => act(stack, options, projectOf(command)));

async function act(argument: string | undefined, options: Options, project: Project): Promise<void> {
  const ask = canAsk() && options.yes !== true && options.json !== true;
  const blueprints = listBlueprints(project.root);
  const given: Partial<Answers> = {
    stack: argument,
    blueprint:
      options.blueprint ??
      (blueprints.length === 1 || !ask ? (blueprints.includes("equipemed") ? "equipemed" : blueprints[0]) : undefined),
    prefix: options.prefix,
    environment: options.environment,
    domain: options.domain,
    endpoint: options.endpoint,
    ports: Object.fromEntries(Object.entries(options.port).map(([key, port]) => [key, numeric(port)])),
    images: options.image,
    settings: options.set,
  };
  if (!ask && argument === undefined) throw wrongUsage("name the new stack, for example berth new hospital-b");
  const answers = ask ? await askAnswers(project, blueprints, given) : (given as Answers);
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(answers.stack))
    throw wrongUsage(`${JSON.stringify(answers.stack)} is no name of a stack: letters, digits, - _ and .`);
  const path = join(project.root, stackFileName(answers.stack));
  if (existsSync(path))
    throw wrongUsage(`${stackFileName(answers.stack)} exists; change it with pulumi config set, or take another name`);
  const made = await withProgress("looking for what is free", () => plan(project, answers, options.offline === true));
  if (!made.ok) {
    if (options.json) printJson({ ok: false, findings: made.findings });
    else print(reportText(made.findings, []));
    throw new Outcome(exitCodeOf(made.findings), `${stackFileName(answers.stack)} was not written`);
  }
  const { file, text, deployment } = made.value;
  write(path, text);
  if (options.json)
    printJson({
      ok: true,
      file,
      stack: answers.stack,
      prefix: deployment.prefix,
      ports: portsOf(deployment),
      url: urlOf(deployment),
      findings: made.findings,
    });
  else
    print(
      `${deployment.prefix}: wrote ${file}\n\n${text}\nnext: berth up ${answers.stack}   (then ${urlOf(deployment) ?? "it runs"})`,
    );
}

/** `8780` is a number, `auto` stays; the schema judges the rest. */
const numeric = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

async function plan(project: Project, answers: Answers, offline: boolean): Promise<ReturnType<typeof newStack>> {
  const blueprint = project.blueprints(answers.blueprint);
  if (!blueprint.ok) return blueprint;
  const siblings = readSiblings(project, answers.stack);
  const probe = probeOf(project, answers, blueprint.value);
  const { inventory } = await observe([...siblings.deployments, ...probe], !offline, siblings.findings);
  return newStack(answers, blueprint.value, project.setting, inventory);
}

/** The new deployment as far as it can be told, so that its endpoint is asked although no other stack is there. */
function probeOf(project: Project, answers: Answers, blueprint: Blueprint): Deployment[] {
  const endpoint = answers.endpoint === undefined ? "" : `  berth:endpoint: ${JSON.stringify(answers.endpoint)}\n`;
  const config = parseStack(
    `config:\n  berth:blueprint: ${JSON.stringify(answers.blueprint)}\n${endpoint}`,
    answers.stack,
    stackFileName(answers.stack),
  );
  const deployment = config.ok ? resolve(config.value, blueprint, project.setting) : config;
  return deployment.ok ? [deployment.value] : [];
}

const portsOf = (deployment: Deployment): Record<string, number> =>
  Object.fromEntries(
    deployment.services.flatMap(({ key, ports }) => (ports[0] === undefined ? [] : [[key, ports[0].hostPort]])),
  );

/** Never over a file that appeared meanwhile. */
function write(path: string, text: string): void {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    throw new Outcome(
      exitCodes.notReached,
      `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  writeSync(file, text);
  closeSync(file);
}
