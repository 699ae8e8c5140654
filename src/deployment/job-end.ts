import type { Job } from "./deployment.ts";
import { durationText } from "../notation/quantities.ts";

/** Milliseconds until a job's time is over, as far as Node can wait: 24 days. */
export const patience = (seconds: number): number => Math.min(seconds * 1000, 2 ** 31 - 1);

/** How a job failed, to be read behind its name; undefined for one that ended well. */
export function failedEnd(
  { key, timeout }: Pick<Job, "key" | "timeout">,
  { exitCode, isOverdue }: { readonly exitCode: number; readonly isOverdue: boolean },
): string | undefined {
  if (isOverdue) return `was ended after ${durationText(timeout)}, its time-out (x-berth.jobs.${key}.timeout)`;
  return exitCode === 0 ? undefined : `ended with exit code ${exitCode}`;
}
