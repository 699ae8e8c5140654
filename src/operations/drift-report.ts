import { readSiblings, type Project } from "../project/project.ts";
import { driftBetween, type DriftResult } from "./drift.ts";
import { stackStates } from "../engine/stack-state.ts";
import { ownValue } from "../notation/own-value.ts";

/** The drift of one stack, or of all that are deployed, with what the engine's state holds where there is an engine. */
export async function driftReport(project: Project, stack?: string): Promise<DriftResult> {
  const { deployments, findings } = readSiblings(project);
  const asked = deployments.filter((deployment) => stack === undefined || deployment.stack === stack);
  const platforms = deployments.filter(({ id }) => asked.some(({ database }) => database?.platform.id === id));
  const states = await stackStates(project.root, [...new Set([...asked, ...platforms])]);
  const absent =
    stack === undefined ? asked.filter((deployment) => ownValue(states, deployment.stack)?.kind === "absent") : [];
  const unread =
    stack === undefined || asked.length > 0 ? [] : findings.filter(({ wanted }) => wanted?.stack === stack);
  const known = Object.entries(states).flatMap(([name, answer]) =>
    answer.kind === "known" ? [[name, answer.state] as const] : [],
  );
  const result = await driftBetween(
    asked.filter((one) => !absent.includes(one)),
    {
      secrets: Object.fromEntries(known.map(([name, state]) => [name, state.secrets])),
      known: Object.fromEntries(known.map(([name, state]) => [name, state.known])),
    },
  );
  const undeployed = absent.map((one) => ({ what: one.stack, why: "it is not deployed" }));
  return {
    ...result,
    findings: [...unread, ...result.findings],
    notLookedAt: [...result.notLookedAt, ...undeployed],
  };
}
