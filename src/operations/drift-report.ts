import { readSiblings, type Project } from "../project/project.ts";
import { driftOf, type DriftResult } from "./drift.ts";
import { stackStates } from "../engine/stack-state.ts";
import { ownValue } from "../notation/own-value.ts";

/** The drift of one stack, or of all that are deployed, with what the engine's state tells where there is an engine. */
export async function driftReport(project: Project, stack?: string): Promise<DriftResult> {
  const { deployments } = readSiblings(project);
  const asked = deployments.filter((deployment) => stack === undefined || deployment.stack === stack);
  const platforms = deployments.filter(({ id }) => asked.some(({ database }) => database?.platform.id === id));
  const states = await stackStates(project.root, [...new Set([...asked, ...platforms])]);
  const absent =
    stack === undefined ? asked.filter((deployment) => ownValue(states, deployment.stack)?.kind === "absent") : [];
  const stacks = stack === undefined ? asked.filter((one) => !absent.includes(one)).map((one) => one.stack) : [stack];
  const known = Object.entries(states).flatMap(([name, answer]) =>
    answer.kind === "known" ? [[name, answer.state] as const] : [],
  );
  const result = await driftOf(project, stacks, {
    secrets: Object.fromEntries(known.map(([name, state]) => [name, state.secrets])),
    known: Object.fromEntries(known.map(([name, state]) => [name, state.known])),
  });
  const undeployed = absent.map((one) => ({ what: one.stack, why: "it is not deployed" }));
  return { ...result, notLookedAt: [...result.notLookedAt, ...undeployed] };
}
