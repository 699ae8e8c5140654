import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { ProjectFileError } from "../config/project-defaults.ts";
import { listStacks } from "../config/stack-file.ts";
import type { Realization } from "../deployment/realization.ts";
import { failureStatusOf } from "../findings/finding.ts";
import { closest } from "../findings/suggest.ts";
import { openProject, type Project, readDeployment } from "../project/project.ts";
import { NotReached } from "../findings/stopped.ts";
import { shellWord } from "../notation/shell-quote.ts";
import { oneLine } from "../notation/printable.ts";
import { projectFolder } from "../operations/init/init.ts";
import { reportText } from "../report/text.ts";
import { thisCommand } from "./invocation.ts";
import { shown } from "./reader.ts";
import { Outcome, wrongUsage } from "./outcome.ts";

/** The project that a command is about: the folder given, or the nearest one upwards that holds a Pulumi.yaml. */
export function projectOf(command: Command): Project {
  const { directory } = command.optsWithGlobals<{ directory?: string }>();
  const start = resolve(directory ?? process.cwd());
  let above = start;
  let root = rootAt(start);
  while (root === undefined) {
    if (directory !== undefined || dirname(above) === above)
      throw wrongUsage(
        `there is no Pulumi.yaml in ${start}${directory === undefined ? " or above it" : ""}; name the project's folder: ${thisCommand} -C FOLDER …, or make a project for the Compose file of this one: ${thisCommand} init`,
      );
    above = dirname(above);
    root = rootAt(above);
  }
  if (above !== start) rejectStrayStacks(start, above);
  try {
    return openProject(root);
  } catch (error) {
    if (error instanceof ProjectFileError) throw wrongUsage(error.message);
    throw new NotReached(error instanceof Error ? error.message : String(error));
  }
}

/** A folder's project: in itself, or in `deploy/`, where `berth init` puts it. */
const rootAt = (folder: string): string | undefined =>
  [folder, join(folder, projectFolder)].find((each) => existsSync(join(each, "Pulumi.yaml")));

/** Stack files between the folder and its project would be ignored, and others of the same names used in their place. */
function rejectStrayStacks(start: string, root: string): void {
  for (let folder = start; folder !== root; folder = dirname(folder)) {
    const stacks = listStacks(folder);
    if (stacks.length === 0) continue;
    const files = `${folder === start ? "" : `${shellWord(folder)}/`}Pulumi.*.yaml`;
    throw wrongUsage(
      [
        `${folder} has stack files (${oneLine(stacks.join(", "))}) and no Pulumi.yaml, so they belong to no project`,
        `to deploy them, copy them into the project above; files that exist there are kept:`,
        `  cp -n ${files} ${shellWord(root)}`,
        `to use the project above without them:`,
        `  cd ${shellWord(root)}`,
      ].join("\n"),
    );
  }
}

/** The stack that a command names, as argument or with -s; it must have a stack file. */
export function stackOf(project: Project, argument: string | undefined, option: string | undefined): string {
  const stack = argument ?? option;
  const known = listStacks(project.root);
  if (stack === undefined)
    throw wrongUsage(
      `name a stack, for example ${thisCommand} … -s ${oneLine(known[0] ?? "hospital-a")} (there are: ${oneLine(known.join(", ")) || `none; make one with ${thisCommand} new`})`,
    );
  if (known.includes(stack)) return stack;
  const nearest = closest(stack, known);
  throw wrongUsage(
    `there is no Pulumi.${stack}.yaml${nearest === undefined ? `; make it: ${thisCommand} new ${stack}` : `; did you mean ${oneLine(nearest)}?`}`,
  );
}

/** The stack's deployment; its mistakes end the command. */
export function deploymentOrEnd(project: Project, stack: string): Realization {
  const deployment = readDeployment(project, stack);
  if (!deployment.ok)
    throw new Outcome(failureStatusOf(deployment.findings), reportText(shown(deployment.findings), []));
  return deployment.value;
}

export { print, printJson } from "./terminal.ts";
