import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { urlOf } from "../deployment/url.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Engine } from "./engine.ts";
import { type Health, verifyHealth } from "./health.ts";

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
    if (severity === "error" && message !== undefined) problems.push(plain(message));
    if (event.summaryEvent !== undefined) changes = { ...event.summaryEvent.resourceChanges } as Record<string, number>;
  };
  // The engine's signs of life (`@ updating....`) say nothing on a line of their own.
  const onOutput = linewise((text) => (/^@ \w/.test(text) ? undefined : wish.line(text)));
  const ok = await run(stack, operation, { ...wish, onEvent, onOutput });
  const healthUrl = urlOf(deployment, deployment.entrance?.healthPath);
  const asks = ok && operation === "up" && deployment.running && healthUrl !== undefined;
  const health = asks ? await verifyHealth(healthUrl) : undefined;
  return { stack: deployment.stack, operation, ok: ok && health?.kind !== "unhealthy", changes, problems, health };
}

async function run(
  stack: Stack,
  operation: Operation,
  {
    previewOnly,
    expectNoChanges,
    onEvent,
    onOutput,
  }: DeployWish & { onEvent: (event: EngineEvent) => void; onOutput: (text: string) => void },
): Promise<boolean> {
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const shared = { onEvent, onOutput, color: "never" as const };
  try {
    if (operation === "preview") await stack.preview({ ...shared, expectNoChanges });
    else if (operation === "up") await stack.up({ ...shared, expectNoChanges });
    else if (operation === "refresh") await stack.refresh({ ...shared, expectNoChanges, previewOnly });
    else await stack.destroy({ ...shared, excludeProtected: true });
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** The engine's output comes in pieces; people read lines. */
export function linewise(line: (text: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) line(text.trimEnd());
  };
}

/** A diagnostic without the marks that the engine's own display turns into colours. */
const plain = (message: string): string => message.replace(/<\{%[^%]*%\}>/g, "").trim();
