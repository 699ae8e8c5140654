import type { Deployment } from "../deployment/deployment.ts";
import type { Finding } from "../findings/finding.ts";
import { berth, instruction } from "../findings/remedy.ts";
import { type Lock, locksOf, type StateFiles } from "./state-files.ts";

/**
 * The engine's complaint about a lock as a finding: it cannot know whether the lock's owner still runs, and its advice
 * names no stack, so that it cancelled another deployment's update.
 * @param problems as the engine reported them
 */
export function lockTrouble(
  { stack, sources }: Deployment,
  problems: readonly string[],
  files: StateFiles | undefined,
): Finding[] {
  const locks = files === undefined ? [] : locksOf(files);
  // Of a lock that it cannot read, the engine says only what JSON's reader says.
  const isUnreadable = problems.length > 0 && locks.some(({ state }) => state === "unreadable");
  if (!isUnreadable && !problems.some((problem) => problem.includes(lockComplaint))) return [];
  return [
    {
      code: "stack-locked",
      severity: "error",
      kind: "lock",
      key: stack,
      wanted: { stack, file: sources.prefix.file },
      ...reasonOf(locks, stack),
    },
  ];
}

const lockComplaint = "the stack is currently locked";

function reasonOf(locks: readonly Lock[], stack: string): Pick<Finding, "message" | "remedy" | "remedyNote"> {
  const remedy = berth("unlock", stack);
  const forced = berth("unlock", stack, "--yes");
  const running = locks.find(({ state }) => state !== "dead");
  const dead = locks.find(({ state }) => state === "dead");
  if (running === undefined && dead !== undefined)
    return { message: `the update that locked it was killed (${dead.owner}, started ${dead.since})`, remedy };
  const owner = running === undefined ? "" : ` (${running.owner}, since ${running.since})`;
  if (running?.state === "alive")
    return {
      message: `another update is running${owner}`,
      remedy: instruction("wait until it ends, and run this again"),
    };
  if (running?.state === "unreadable")
    return {
      message: `the lock of its state cannot be read: ${running.owner}`,
      remedy: forced,
      remedyNote: "only if no update of this stack runs",
    };
  const remedyNote = "only if no update of this stack runs on another machine";
  return { message: `another update holds its lock${owner}`, remedy: forced, remedyNote };
}

/** The engine's own sentence gives advice that names no stack; what helps is the finding's. */
export const withoutLockAdvice = (text: string): string =>
  text.replace(/\. Either wait for the other process\(es\) to end or delete the lock file with `pulumi cancel`\./, "");
