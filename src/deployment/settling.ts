import type { HealthCheck, LongRunning } from "./deployment.ts";

/** How a container is at one moment, after an `up` has created or kept it. */
export interface Moment {
  /** Docker's word: created, running, paused, restarting, exited, dead. */
  readonly state: string;
  readonly exitCode: number;
  /** Why Docker could not start it; empty where it could. */
  readonly error: string;
  /** How often Docker has started it again by itself. */
  readonly restarts: number;
  /** Milliseconds since it was started last. */
  readonly uptime: number;
  /** starting, healthy or unhealthy; undefined without a health check. */
  readonly health?: string;
  /** How many health checks began since the wait did; Docker remembers the last 5. */
  readonly checks: number;
}

/** Whether a service has come up: `undecided` says what is wrong where it stays like this. */
export type Verdict = { readonly kind: "up" } | { readonly kind: "failed" | "undecided"; readonly reason: string };

/** As long as Docker Swarm watches a task after an update. */
const steady = 5_000;
/** One that was started again may only have waited for another service. */
const steadyAgain = 10_000;

/** Why a container that Docker keeps restarting is not well; while it runs, Docker does not know its exit code. */
export const loopText = (state: string, exitCode: number): string =>
  `restarts again and again${state === "running" && exitCode === 0 ? "" : ` (exit code ${exitCode})`}`;

/** What one look at a service's container says; times in milliseconds. */
export function verdictOf({ health: wanted }: Pick<LongRunning, "health">, moment: Moment): Verdict {
  const check = wanted === "none" ? undefined : wanted;
  const { state, exitCode, error, restarts, uptime, health, checks } = moment;
  const loop = loopText(state, exitCode);
  switch (state) {
    case "running":
      // It may be so from before: what it depends on has come back a moment ago.
      if (health === "unhealthy")
        return { kind: checks >= checksUntilFailed(check) ? "failed" : "undecided", reason: "is unhealthy" };
      if (health === "healthy") return { kind: "up" };
      // The health check of an image alone is not waited for.
      if (health === "starting" && check !== undefined)
        return { kind: "undecided", reason: restarts > 0 ? loop : "does not become healthy" };
      if (uptime >= (restarts === 0 ? steady : steadyAgain)) return { kind: "up" };
      return { kind: "undecided", reason: restarts === 0 ? "does not stay up" : loop };
    case "restarting":
      return { kind: "undecided", reason: loop };
    case "paused":
      return { kind: "failed", reason: "is paused" };
    case "created":
      return { kind: "failed", reason: error === "" ? "was never started" : `could not be started: ${error}` };
    default:
      return { kind: "failed", reason: `ended with exit code ${exitCode}` };
  }
}

/** As many in a row as make a container unhealthy, of those that Docker remembers. */
const checksUntilFailed = (check: HealthCheck | undefined): number => Math.min(check?.retries || 3, 5);

/** How long to wait for a service that is undecided, in milliseconds. */
export const patienceFor = ({ health }: Pick<LongRunning, "health">): number =>
  health === undefined || health === "none" ? 20_000 : 1000 * secondsUntilUnhealthy(health);

/**
 * Until the last check that may fail has failed, and some seconds for the start itself. What the image may say differently
 * is taken as Docker has it.
 */
export const secondsUntilUnhealthy = ({ startPeriod, interval, timeout, retries }: HealthCheck): number =>
  Math.ceil((startPeriod + (retries || 3) * ((interval || 30e9) + (timeout || 30e9))) / 1e9) + 15;
