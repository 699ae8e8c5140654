import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Finding } from "../conflicts/finding.ts";
import { urlOf } from "../deployment/url.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { type Engine, engineWords } from "./engine.ts";
import { type Health, verifyHealth } from "./health.ts";
import { inPlainWords, platformTrouble } from "./provider-words.ts";

export type Operation = "preview" | "up" | "refresh" | "destroy";

export interface DeployWish {
  /** Told every line that the engine prints. */
  readonly line: (text: string) => void;
  /** refresh: show only, change nothing. */
  readonly previewOnly?: boolean;
  readonly expectNoChanges?: boolean;
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
  deployment: Deployment,
  operation: Operation,
  wish: DeployWish,
): Promise<DeployResult> {
  const stack = await engine.stack(deployment.stack);
  const problems: string[] = [];
  let changes: Record<string, number> = {};
  const onEvent = (event: EngineEvent): void => {
    const { severity, message } = event.diagnosticEvent ?? {};
    if (severity === "error" && message !== undefined) problems.push(inPlainWords(plain(message)));
    if (event.summaryEvent !== undefined) changes = { ...event.summaryEvent.resourceChanges };
  };
  // The engine's signs of life (`@ updating....`) say nothing on a line of their own.
  const output = linewise((text) => (/^@ \w/.test(text) ? undefined : wish.line(inPlainWords(text))));
  const failure = await run(stack, operation, { ...wish, onEvent, onOutput: output.piece });
  output.end();
  if (failure !== undefined && problems.length === 0) {
    // Told on stderr only: no program ran, or none of its resources is to blame.
    problems.push(...engineWords(failure));
    for (const problem of problems) wish.line(`error: ${problem}`);
  }
  const ok = failure === undefined;
  const healthUrl = urlOf(deployment, deployment.entrance?.healthPath);
  const asks = ok && operation === "up" && deployment.running && healthUrl !== undefined;
  if (asks) wish.line(`waiting for ${healthUrl}`);
  const health = asks ? await verifyHealth(healthUrl) : undefined;
  const findings = platformTrouble(deployment, problems);
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

interface Ears {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
}

/** @returns the engine's error, if it ended with one. */
async function run(
  stack: Stack,
  operation: Operation,
  { previewOnly, expectNoChanges, onEvent, onOutput }: DeployWish & Ears,
): Promise<Error | undefined> {
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const signals = heldSignals();
  const shared = { onEvent, onOutput, signal: signals.signal, color: "never" as const };
  try {
    if (operation === "preview") await stack.preview({ ...shared, expectNoChanges });
    else if (operation === "up") await stack.up({ ...shared, expectNoChanges });
    else if (operation === "refresh") await stack.refresh({ ...shared, expectNoChanges, previewOnly });
    else await stack.destroy({ ...shared, excludeProtected: true });
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  } finally {
    signals.release();
  }
}

/**
 * The engine has to end what it began and to unlock the stack, so berth must not end before it. Ctrl-C reaches it by
 * itself, as it does every process of a terminal; a SIGTERM reaches only berth, and is handed on.
 */
function heldSignals(): { signal: AbortSignal; release: () => void } {
  const ending = new AbortController();
  const wait = (): void => {};
  const handOn = (): void => ending.abort();
  process.on("SIGINT", wait).on("SIGTERM", handOn);
  return { signal: ending.signal, release: () => void process.off("SIGINT", wait).off("SIGTERM", handOn) };
}

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
