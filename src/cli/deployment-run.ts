import { readStackFile } from "../config/stack-file.ts";
import { errorsOf } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { type Project, readDeployment } from "../inventory/project.ts";
import { type CheckResult, checkProject } from "../operations/check-project.ts";
import type { DeployResult } from "../operations/deploy.ts";
import { type Engine, EngineMissing, openEngine } from "../operations/engine.ts";
import { checkReport } from "../report/json.ts";
import { findingText, reportText } from "../report/text.ts";
import { failureText } from "./failure.ts";
import { exitCodes, Outcome } from "./outcome.ts";
import { exitCodeOf, print, printJson } from "./project.ts";
import { thisCommand } from "./started.ts";
import { told } from "./told.ts";
import { withProgress } from "./progress.ts";

/** How commands run the engine on one deployment, and tell of it. */
export interface RunOptions {
  readonly json?: boolean;
}

/** Every line of an operation says whose it is. */
export const lineOf =
  ({ prefix }: Deployment, { json }: RunOptions) =>
  (text: string): void => {
    const to = json ? process.stderr : process.stdout;
    to.write(`${prefix}: ${text}`.trimEnd().concat("\n"));
  };

/**
 * What stands in the way, told before the engine starts: as data, in full, and in a fraction of its time. The program
 * checks again.
 * @param running by stack, where something else is to be supposed than the stack files say.
 */
export async function conflictsOf(
  project: Project,
  stack: string,
  running: Readonly<Record<string, boolean>> = {},
): Promise<CheckResult | undefined> {
  const config = readStackFile(project.root, stack, project.defaults);
  const offline = config.ok && config.value.inventory === "files";
  const report = await withProgress("looking at stacks and hosts", () =>
    checkProject(project, { stack, offline, starting: true, running }),
  );
  return errorsOf(report.findings).length === 0 ? undefined : report;
}

/** The stack's deployment; its mistakes end the command. */
export function deploymentOrRefuse(
  project: Project,
  stack: string,
  operation: string,
  options: RunOptions,
): Deployment {
  const deployment = readDeployment(project, stack);
  if (deployment.ok) return deployment.value;
  return refuse(operation, stack, { deployments: [], findings: deployment.findings, notLookedAt: [] }, options);
}

/** Tells why nothing is done, and ends the command. */
export function refuse(
  operation: string,
  stack: string,
  { deployments, findings: found, notLookedAt }: Omit<CheckResult, "hosts">,
  { json }: RunOptions,
): never {
  const findings = told(found);
  const changes = {};
  if (json) printJson({ stack, operation, ok: false, changes, ...checkReport(deployments, findings, notLookedAt) });
  else print(reportText(findings, notLookedAt));
  throw new Outcome(exitCodeOf(findings), "nothing was changed");
}

/** Does something with the engine; where there is none, the command ends with what goes without one. */
export async function withEngine(
  root: string,
  { stack, prefix }: Deployment,
  operation: string,
  { json, line }: RunOptions & { readonly line: (text: string) => void },
  work: (engine: Engine) => Promise<DeployResult>,
): Promise<DeployResult> {
  try {
    return await work(await openEngine(root, { notice: line }));
  } catch (error) {
    const failure = failureText(error);
    if (failure === undefined) throw error;
    if (json) printJson({ stack, operation, ok: false, changes: {}, problems: [failure] });
    const otherwise = `without it: ${thisCommand} export compose STACK writes a file that Docker Compose runs`;
    const text = error instanceof EngineMissing ? `${failure}\n${otherwise}` : failure;
    throw new Outcome(exitCodes.notReached, `${prefix}: ${text}`);
  }
}

/** Tells what came of it, and ends with 1 where it is not as it was meant to be. */
export function conclude(result: DeployResult, line: (text: string) => void): void {
  tellHealth(result, line);
  for (const finding of told(result.findings ?? [])) findingText(finding).split("\n").forEach(line);
  if (!result.ok) throw new Outcome(exitCodes.findings);
}

export function tellHealth({ health }: DeployResult, line: (text: string) => void): void {
  if (health?.kind === "healthy") line("answers on its health page");
  if (health?.kind === "unhealthy") line(`is up, but not healthy: ${health.reason}`);
}
