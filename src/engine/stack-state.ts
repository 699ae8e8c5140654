import type { Deployment } from "../deployment/deployment.ts";
import { type Known, knownOf, passwordType } from "./state.ts";
import { type Engine, EngineMissing, openEngine, resourcesOf } from "./engine.ts";

/** What the engine keeps of a stack: what it made, and the texts of its secrets. */
interface StackState {
  readonly known: Known;
  readonly secrets: Readonly<Record<string, string>>;
}

/** `absent`: the engine knows no such stack; `no engine`: there is none to ask here. */
export type StackStateAnswer =
  { readonly kind: "known"; readonly state: StackState } | { readonly kind: "absent" | "no engine" };

/** Asks the engine for the states of several stacks; it is opened once, and never fetched for this. */
export async function stackStates(
  root: string,
  deployments: readonly Deployment[],
): Promise<Record<string, StackStateAnswer>> {
  let engine: Engine;
  try {
    engine = await openEngine(root, { install: false });
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    return Object.fromEntries(deployments.map(({ stack }) => [stack, { kind: "no engine" }]));
  }
  const answers = await Promise.all(
    deployments.map(async (deployment) => [deployment.stack, await stateOf(engine, deployment)] as const),
  );
  return Object.fromEntries(answers);
}

async function stateOf(engine: Engine, deployment: Deployment): Promise<StackStateAnswer> {
  const stack = await engine.existing(deployment.stack);
  if (stack === undefined) return { kind: "absent" };
  const resources = await resourcesOf(stack);
  const known = knownOf(resources);
  const component = known.kept.name ?? deployment.stack;
  const generated = resources.flatMap(({ type, urn, outputs }): [string, string][] => {
    const name = urn.split("::").at(-1)?.slice(`${component}-`.length);
    const isPassword = type === passwordType;
    return isPassword && name !== undefined
      ? [[name, clearText((outputs as { result?: unknown } | undefined)?.result)]]
      : [];
  });
  const config = await stack.getAllConfig();
  const given = JSON.parse(config["berth:secrets"]?.value ?? "{}") as Record<string, string>;
  return {
    kind: "known",
    state: { known, secrets: { ...Object.fromEntries(generated), ...given } },
  };
}

/** A shown secret is a map whose `plaintext` is JSON. */
export const clearText = (value: unknown): string =>
  typeof value === "object" && value !== null && "plaintext" in value
    ? (JSON.parse(String(value.plaintext)) as string)
    : String(value);
