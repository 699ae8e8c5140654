import { failureStatusOf } from "../findings/finding.ts";
import type { Realization } from "../deployment/realization.ts";
import { type Project, readDeployment, type Siblings } from "../project/project.ts";
import { checkBefore, type CheckResult, type Checkup } from "../operations/check-project.ts";
import { healthText } from "../operations/health.ts";
import type { DeployResult } from "../operations/deploy.ts";
import { type Engine, EngineMissing, type EngineOptions, openEngine } from "../engine/engine.ts";
import { checkReport } from "../report/json.ts";
import { findingText, reportText } from "../report/text.ts";
import { failureCode, failureText } from "./failure.ts";
import { Outcome } from "./outcome.ts";
import { print, printJson } from "./project.ts";
import { thisCommand } from "./invocation.ts";
import { complain, hanging, outputLine } from "./terminal.ts";
import { shown, shownResult } from "./reader.ts";
import { withProgress } from "./progress.ts";

/** How commands run the engine on one deployment, and report the result. */
export interface RunOptions {
  readonly json?: boolean;
}

/** Every line of an operation says whose it is. */
export const lineOf =
  ({ prefix }: Pick<Realization, "prefix">, { json }: RunOptions) =>
  (text: string): void => {
    const write = json ? complain : print;
    write(`${prefix}: ${outputLine(text)}`.trimEnd());
  };

/**
 * Conflicts and mistakes, reported before the engine starts: as data, in full, and in a fraction of its time. The program
 * checks again.
 */
export const checkup = (
  project: Project,
  stack: string,
  options: { readonly siblings: Siblings; readonly files: boolean },
): Promise<Checkup> => withProgress("checking stacks and hosts", () => checkBefore(project, stack, options));

/** The stack's deployment; its mistakes end the command. */
export function deploymentOrRefuse(
  project: Project,
  stack: string,
  operation: string,
  options: RunOptions,
): Realization {
  const deployment = readDeployment(project, stack);
  if (deployment.ok) return deployment.value;
  return refuse(operation, stack, { deployments: [], findings: deployment.findings, notLookedAt: [] }, options);
}

/** Sentences for what no finding alone says. */
interface Problems {
  readonly problems: readonly string[];
}

/** Prints why nothing is done, and ends the command. */
export function refuse(
  operation: string,
  stack: string,
  { deployments, findings: found, notLookedAt, problems }: CheckResult & Partial<Problems>,
  { json }: RunOptions,
): never {
  const findings = shown(found);
  const changes = {};
  if (json)
    printJson({ stack, operation, ok: false, changes, problems, ...checkReport(deployments, findings, notLookedAt) });
  else print([...(problems ?? []), reportText(findings, notLookedAt)].join("\n"));
  throw new Outcome(failureStatusOf(findings), "nothing was changed");
}

/** Does something with the engine; where there is none, the command ends with what goes without one. */
export async function withEngine<T>(
  root: string,
  { stack, prefix }: Realization,
  operation: string,
  { json, line, install }: RunOptions & Pick<EngineOptions, "install"> & { readonly line: (text: string) => void },
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  return reportingFailure({ stack, prefix }, operation, { json }, async () =>
    work(await openEngine(root, { notice: line, install, berth: thisCommand })),
  );
}

/** An error ends the command with its status, and a missing engine with what goes without it. */
export async function reportingFailure<T>(
  { stack, prefix }: Pick<Realization, "stack" | "prefix">,
  operation: string,
  { json }: RunOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = failureText(error);
    if (failure === undefined) throw error;
    if (json) printJson({ stack, operation, ok: false, changes: {}, problems: [failure] });
    const otherwise = `without it: ${thisCommand} export compose STACK writes a file that Docker Compose runs`;
    const text = error instanceof EngineMissing ? `${hanging(failure)}\n${otherwise}` : hanging(failure);
    throw new Outcome(failureCode(error), `${prefix}: ${text}`);
  }
}

/** Prints the result, and ends with the status of what went wrong where it is not as intended. */
export function conclude(result: DeployResult, line: (text: string) => void, { json }: RunOptions): void {
  if (json) printJson(shownResult(result));
  const health = healthText(result.health);
  if (health !== undefined) line(health);
  for (const finding of shown(result.findings ?? [])) findingText(finding).split("\n").forEach(line);
  if (!result.ok) throw new Outcome(failureStatusOf(result.findings));
}
