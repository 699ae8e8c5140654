import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { ProjectFileError } from "../config/project-defaults.ts";
import { listStacks } from "../config/stack-file.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { closest } from "../conflicts/mistake.ts";
import { errorsOf, type Finding } from "../conflicts/finding.ts";
import { openProject, type Project, readDeployment } from "../inventory/project.ts";
import { NotReached } from "../operations/not-reached.ts";
import { reportText } from "../report/text.ts";
import { thisCommand } from "./started.ts";
import { told } from "./told.ts";
import { exitCodes, Outcome, wrongUsage } from "./outcome.ts";

/** The project that a command is about: the folder given, or the nearest one upwards that holds a Pulumi.yaml. */
export function projectOf(command: Command): Project {
  const { directory } = command.optsWithGlobals<{ directory?: string }>();
  const start = resolve(directory ?? process.cwd());
  let root = start;
  while (!existsSync(join(root, "Pulumi.yaml"))) {
    if (directory !== undefined || dirname(root) === root)
      throw wrongUsage(
        `there is no Pulumi.yaml in ${start}${directory === undefined ? " or above it" : ""}; name the project's folder: ${thisCommand} -C FOLDER …`,
      );
    root = dirname(root);
  }
  try {
    return openProject(root);
  } catch (error) {
    if (error instanceof ProjectFileError) throw wrongUsage(error.message);
    throw new NotReached(error instanceof Error ? error.message : String(error));
  }
}

/** The stack that a command names, as argument or with -s; it must have a stack file. */
export function stackOf(project: Project, argument: string | undefined, option: string | undefined): string {
  const stack = argument ?? option;
  const known = listStacks(project.root);
  if (stack === undefined)
    throw wrongUsage(
      `name a stack, for example ${thisCommand} … -s ${known[0] ?? "hospital-a"} (there are: ${known.join(", ") || `none; make one with ${thisCommand} new`})`,
    );
  if (known.includes(stack)) return stack;
  const nearest = closest(stack, known);
  throw wrongUsage(
    `there is no Pulumi.${stack}.yaml${nearest === undefined ? `; make it: ${thisCommand} new ${stack}` : `; did you mean ${nearest}?`}`,
  );
}

/** The stack's deployment, or its mistakes and exit code 2. */
export function deploymentOrEnd(project: Project, stack: string): Deployment {
  const deployment = readDeployment(project, stack);
  if (!deployment.ok) throw new Outcome(exitCodes.wrongUsage, reportText(told(deployment.findings), []));
  return deployment.value;
}

/** 2 where a configuration is wrong, 3 where something was out of reach, 1 for conflicts, 0 for none or warnings only. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const codes = new Set(errorsOf(findings).map(({ code }) => code));
  if (codes.has("host-unreachable")) return exitCodes.notReached;
  if (codes.has("config-invalid") || codes.has("stack-unreadable")) return exitCodes.wrongUsage;
  return codes.size > 0 ? exitCodes.findings : exitCodes.fine;
}

export const printJson = (value: unknown): void =>
  void process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
export const print = (text: string): void => void process.stdout.write(`${text}\n`);
