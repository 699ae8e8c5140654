import { describe, expect, it } from "vitest";
import type { HealthCheck } from "../../../src/deployment/deployment.ts";
import { type Moment, patienceFor, verdictOf } from "../../../src/deployment/settling.ts";

const moment = (parts: Partial<Moment>): Moment => ({
  state: "running",
  exitCode: 0,
  error: "",
  restarts: 0,
  uptime: 60_000,
  checks: 0,
  ...parts,
});
const check: HealthCheck = { test: ["CMD", "x"], interval: 2e9, timeout: 1e9, startPeriod: 4e9, retries: 3 };
const loop = "restarts again and again (exit code 3)";

describe("a service without a health check", () => {
  it.each<[string, Partial<Moment>, ReturnType<typeof verdictOf>]>([
    ["is up when it has run for a while", { uptime: 5_000 }, { kind: "up" }],
    ["is not up at once", { uptime: 4_999 }, { kind: "undecided", reason: "does not stay up" }],
    ["is up for longer after a restart", { uptime: 10_000, restarts: 2 }, { kind: "up" }],
    ["may loop", { uptime: 9_999, restarts: 1, exitCode: 3 }, { kind: "undecided", reason: loop }],
    ["may loop between two starts", { state: "restarting", exitCode: 3 }, { kind: "undecided", reason: loop }],
    ["fails when it ends, well or not", { state: "exited" }, { kind: "failed", reason: "ended with exit code 0" }],
    [
      "fails when Docker cannot start it",
      { state: "created", error: "no such file" },
      { kind: "failed", reason: "could not be started: no such file" },
    ],
    ["fails while it is paused", { state: "paused" }, { kind: "failed", reason: "is paused" }],
    [
      "fails where its image's health check does",
      { health: "unhealthy", checks: 3 },
      { kind: "failed", reason: "is unhealthy" },
    ],
    ["does not wait for its image's health check", { health: "starting" }, { kind: "up" }],
  ])("%s", (_, parts, verdict) => expect(verdictOf({}, moment(parts))).toEqual(verdict));
});

describe("a service with a health check", () => {
  it.each<[string, Partial<Moment>, ReturnType<typeof verdictOf>]>([
    ["is up when it is healthy", { health: "healthy", uptime: 100 }, { kind: "up" }],
    [
      "may recover while it was unhealthy before, as after its database came back",
      { health: "unhealthy", checks: 2 },
      { kind: "undecided", reason: "is unhealthy" },
    ],
    ["fails when it is unhealthy", { health: "unhealthy", checks: 3 }, { kind: "failed", reason: "is unhealthy" }],
    ["is waited for", { health: "starting" }, { kind: "undecided", reason: "does not become healthy" }],
    ["may loop", { health: "starting", restarts: 4, exitCode: 3 }, { kind: "undecided", reason: loop }],
  ])("%s", (_, parts, verdict) => expect(verdictOf({ health: check }, moment(parts))).toEqual(verdict));

  it("is waited for until its last check may have failed", () => {
    expect(patienceFor({ health: check })).toBe(1000 * (4 + 3 * 3 + 15));
    expect(patienceFor({})).toBe(20_000);
  });
});
