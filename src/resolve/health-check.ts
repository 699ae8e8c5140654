import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import type { HealthCheck, LongRunning } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { duration, durationAllowed } from "../notation/quantities.ts";

type Written = NonNullable<ComposeService["healthcheck"]>;

/**
 * A health check with Docker's own values where the blueprint has none. One without a test keeps that of the image, and what
 * is 0 is the image's, too; undefined where the image decides everything.
 */
export function healthCheck(
  check: ComposeService["healthcheck"],
  path: Path,
  filler: Filler,
): LongRunning["health"] | undefined {
  if (check === undefined) return undefined;
  const isDisabled = filler.flag(check.disable, [...path, "disable"]) === true;
  if (isDisabled || check.test?.[0] === "NONE") return "none";
  const test = typeof check.test === "string" ? ["CMD-SHELL", check.test] : check.test;
  if (test === undefined || test.length === 0) return ofImage(timesOf(check, { time: 0, retries: 0 }, path, filler));
  if (!["CMD", "CMD-SHELL"].includes(test[0] ?? "") || test.length < 2)
    filler.wrong([...path, "test"], `found ${quoted(test)}`, '["CMD", …], ["CMD-SHELL", …], ["NONE"], or a text');
  return { test, ...timesOf(check, { time: 30e9, retries: 3 }, path, filler) };
}

const ofImage = (times: HealthCheck): HealthCheck | undefined =>
  Object.values(times).some((value) => value > 0) ? times : undefined;

function timesOf(
  check: Written,
  otherwise: { readonly time: number; readonly retries: number },
  path: Path,
  filler: Filler,
): Omit<HealthCheck, "test"> {
  const time = (key: "interval" | "timeout" | "start_period" | "start_interval"): number | undefined =>
    filler.parsed(check[key], [...path, key], zeroOrLasting, durationAllowed) || undefined;
  const startInterval = time("start_interval");
  const startPeriod = time("start_period") ?? 0;
  if (startInterval !== undefined && check.start_period === undefined)
    filler.wrong([...path, "start_interval"], "it counts during a start period only", "start_period beside it");
  return {
    interval: time("interval") ?? otherwise.time,
    timeout: time("timeout") ?? otherwise.time,
    startPeriod,
    ...(startInterval !== undefined && { startInterval }),
    retries: filler.parsed(check.retries, [...path, "retries"], count, "a whole number from 0") || otherwise.retries,
  };
}

const count = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/** Docker takes nothing shorter than a millisecond, and what the image or itself says for 0. */
const zeroOrLasting = (text: string): number | undefined => {
  const time = duration(text);
  return time !== undefined && (time === 0 || time >= 1e6) ? time : undefined;
};
