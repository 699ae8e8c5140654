import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import type { HealthCheck } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { duration, durationAllowed } from "../notation/quantities.ts";

/** A health check with Docker's own values where the blueprint has none; undefined where there is no test. */
export function healthCheck(check: ComposeService["healthcheck"], path: Path, filler: Filler): HealthCheck | undefined {
  const isDisabled = filler.flag(check?.disable, [...path, "disable"]) === true;
  if (check?.test === undefined || isDisabled || check.test[0] === "NONE") return undefined;
  const test = typeof check.test === "string" ? ["CMD-SHELL", check.test] : check.test;
  if (!["CMD", "CMD-SHELL"].includes(test[0] ?? "") || test.length < 2)
    filler.wrong([...path, "test"], `found ${quoted(test)}`, '["CMD", …], ["CMD-SHELL", …], ["NONE"], or a text');
  return {
    test,
    interval: filler.parsed(check.interval, [...path, "interval"], lasting, durationAllowed) ?? 30e9,
    timeout: filler.parsed(check.timeout, [...path, "timeout"], lasting, durationAllowed) ?? 30e9,
    startPeriod: filler.parsed(check.start_period, [...path, "start_period"], zeroOrLasting, durationAllowed) ?? 0,
    retries: filler.parsed(check.retries, [...path, "retries"], count, "a whole number above 0") ?? 3,
  };
}

const count = (text: string): number | undefined => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined);

/** Docker takes nothing shorter than a millisecond, and its own default for 0. */
const lasting = (text: string): number | undefined => {
  const time = duration(text);
  return time !== undefined && time >= 1e6 ? time : undefined;
};

const zeroOrLasting = (text: string): number | undefined => (duration(text) === 0 ? 0 : lasting(text));
