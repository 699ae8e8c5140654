/** Docker waits up to a minute before it starts a failing container again; one that has run for longer than this is well. */
const steadyAfter = 120_000;

/** One that was just started again may be at the beginning of a loop. */
const startedLately = 10_000;

/** Whether Docker starts it again and again. Times in milliseconds since 1970. */
export function restartsInLoop(
  { state, restarts, startedAt }: { readonly state: string; readonly restarts: number; readonly startedAt: number },
  at: number,
): boolean {
  if (state !== "running") return state === "restarting";
  return (restarts >= 3 && at - startedAt < steadyAfter) || (restarts >= 1 && at - startedAt < startedLately);
}
