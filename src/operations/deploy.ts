import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Finding } from "../findings/finding.ts";
import type { Realization } from "../deployment/realization.ts";
import { courseText, type DatabaseCourse, databaseCourse } from "./database-course.ts";
import { type Engine, engineWords, resourcesOf, stateFilesOf } from "../engine/engine.ts";
import { cancellable } from "../engine/process.ts";
import { type Health, healthOfEntrance } from "./health.ts";
import { hostTrouble } from "./host-trouble.ts";
import type { HostReport } from "../host/snapshot.ts";
import { lockTrouble, withoutLockAdvice } from "../engine/lock-trouble.ts";
import { rememberRelease, unchangedSince } from "./last-release.ts";
import { endOrphans } from "./orphans.ts";
import { inPlainWords, platformTrouble } from "../engine/provider-errors.ts";

export type Operation = "preview" | "up" | "refresh" | "destroy";

export interface DeployOptions {
  /** Told every line that the engine prints. */
  readonly line: (text: string) => void;
  /** refresh: show only, change nothing. */
  readonly previewOnly?: boolean;
  readonly expectNoChanges?: boolean;
  /** How to deal with PostgreSQL, where that is decided already. */
  readonly course?: DatabaseCourse;
}

export interface DeployResult {
  readonly stack: string;
  readonly operation: Operation;
  readonly ok: boolean;
  /** How many resources each kind of step concerns: `{ same: 9, create: 2 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** What the program and the providers complained about. */
  readonly problems: readonly string[];
  /** What these complaints come from, where it is known and has a remedy. */
  readonly findings?: readonly Finding[];
  /** After an `up` of a running deployment with a published port. */
  readonly health?: Health;
}

/** Runs one operation of the engine on one deployment; `up` counts only when its health page answers. */
export async function deploy(
  engine: Engine,
  deployment: Realization,
  operation: Operation,
  wish: DeployOptions,
): Promise<DeployResult> {
  const stack = await engine.stack(deployment.stack);
  await endOrphans(stack.workspace.workDir);
  const problems: string[] = [];
  let changes: Record<string, number> = {};
  const onEvent = (event: EngineEvent): void => {
    const { severity, message } = event.diagnosticEvent ?? {};
    if (severity === "error" && message !== undefined) problems.push(inPlainWords(plain(message)));
    if (event.summaryEvent !== undefined) changes = { ...event.summaryEvent.resourceChanges };
  };
  const output = linewise((text) => {
    if (saysSomething(text)) wish.line(withoutLockAdvice(inPlainWords(text)));
  });
  const course = wish.course ?? (await courseOf(stack, deployment, operation));
  const text = courseText(course);
  if (text !== undefined) wish.line(text);
  const failure = await run(stack, operation, { ...wish, course, onEvent, onOutput: output.piece });
  output.end();
  if (failure !== undefined && problems.length === 0) {
    // Told on stderr only: no program ran, or none of its resources is to blame.
    problems.push(...engineWords(failure));
    for (const problem of problems) wish.line(`error: ${withoutLockAdvice(problem)}`);
  }
  const ok = failure === undefined;
  const asks = ok && operation === "up";
  const health = asks ? await healthOfEntrance(deployment, (url) => wish.line(`waiting for ${url}`)) : undefined;
  if (ok && operation === "up" && health?.kind !== "unhealthy") rememberRelease(stack.workspace.workDir, deployment);
  const known = [
    ...platformTrouble(deployment, problems),
    ...lockTrouble(deployment, problems, stateFilesOf(stack.workspace.workDir, deployment.stack)),
  ];
  const findings = ok || known.length > 0 ? known : await hostTrouble(deployment);
  return {
    stack: deployment.stack,
    operation,
    ok: ok && health?.kind !== "unhealthy",
    changes,
    problems,
    ...(findings.length > 0 && { findings }),
    health,
  };
}

/**
 * An `up` that needs no engine: the deployment is its last release, and what is live is as the state says.
 * @param hosts those that were read already, with the files in containers
 * @returns undefined where the engine is needed
 */
export async function upWithoutEngine(
  root: string,
  deployment: Realization,
  line: (text: string) => void,
  hosts: readonly HostReport[] = [],
): Promise<DeployResult | undefined> {
  const unchanged = await unchangedSince(root, deployment, hosts);
  if (unchanged === undefined) return undefined;
  const health = await healthOfEntrance(deployment);
  if (health?.kind === "unhealthy") return undefined;
  line(
    `nothing to change: ${unchanged.resources} resources are as the last up left them (--full asks the engine, too)`,
  );
  const { stack } = deployment;
  return { stack, operation: "up", ok: true, changes: { same: unchanged.resources }, problems: [], health };
}

/** Only what is at PostgreSQL asks for another course than the usual one. */
const courseOf = async (stack: Stack, deployment: Realization, operation: Operation): Promise<DatabaseCourse> =>
  deployment.platform === undefined && deployment.database === undefined
    ? { kind: "usual" }
    : databaseCourse(deployment, operation, await resourcesOf(stack));

interface Ears {
  readonly course: DatabaseCourse;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
}

/** @returns the engine's error, if it ended with one. */
async function run(
  stack: Stack,
  operation: Operation,
  { previewOnly, expectNoChanges, course, onEvent, onOutput }: DeployOptions & Ears,
): Promise<Error | undefined> {
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const shared = {
    onEvent,
    onOutput,
    signal: cancellable,
    color: "never" as const,
    ...(course.kind === "program first" && { runProgram: true }),
    ...(course.kind === "left out" && { exclude: [...course.urns] }),
  };
  try {
    if (operation === "preview") await stack.preview({ ...shared, expectNoChanges });
    else if (operation === "up") await stack.up({ ...shared, expectNoChanges });
    else if (operation === "refresh") await stack.refresh({ ...shared, expectNoChanges, previewOnly });
    else await stack.destroy({ ...shared, excludeProtected: true });
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

/**
 * False for the engine's signs of life (`@ updating....`), which say nothing on a line of their own, and for its advice
 * after a destroy to run `pulumi stack rm`: the stack still holds what is kept, or berth removes it.
 */
export const saysSomething = (text: string): boolean =>
  !/^(?:@ \w|The resources in the stack have been deleted, but|If you want to remove the stack completely)/.test(text);

/** The engine's output comes in pieces; people read lines. */
export function linewise(line: (text: string) => void): { piece: (text: string) => void; end: () => void } {
  let rest = "";
  return {
    piece: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const one of lines) line(one.trimEnd());
    },
    end: () => {
      if (rest !== "") line(rest.trimEnd());
      rest = "";
    },
  };
}

/** A diagnostic without the marks that the engine's own display turns into colours. */
const plain = (message: string): string => message.replace(/<\{%[^%]*%\}>/g, "").trim();
