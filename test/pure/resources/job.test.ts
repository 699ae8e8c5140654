import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobContainer } from "../../../src/deployment/realization.ts";
import { jobFailure, jobSuccess } from "../../../src/resources/job.ts";
import { type JobHost, JobWatch } from "../../../src/resources/job-watch.ts";
import { valueOf } from "./declare.ts";

const job = { name: "hospital_a_static_init", key: "static-init", timeout: 90 };
const told = (exitCode: number | undefined, log = "", secrets: readonly string[] = []): string | undefined =>
  jobFailure(job, exitCode, log, secrets);

describe("a job", () => {
  it("that ended with 0 is a success", async () => {
    expect(told(0)).toBeUndefined();
    const container = { exitCode: pulumi.output(0), containerLogs: pulumi.output("") } as unknown as docker.Container;
    expect(await valueOf(jobSuccess({ name: "a_job" } as JobContainer, container, {}))).toBe(0);
  });

  it("of which nothing is known yet is none that failed", () => expect(told(undefined)).toBeUndefined());

  it("that ended otherwise fails the up, with what it said last", () => {
    expect(told(3, "one\ntwo\n")).toBe(
      "the job hospital_a_static_init ended with exit code 3; what it said last:\n  one\n  two",
    );
  });

  it("is told without its secrets, also where one begins another", () => {
    expect(told(1, "key abcdef, then abc", ["abc", "abcdef", ""])).toMatch(/ {2}key \[secret\], then \[secret\]$/);
  });

  it("is told with its last 40 lines", () => {
    const message = told(1, Array.from({ length: 50 }, (_, index) => `line ${index}.`).join("\n"));
    expect(message).toContain("line 10.");
    expect(message).not.toContain("line 9.");
  });
});

describe("a job that does not end", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** A watch over a job that has been running for so long at each look, and what was ended. */
  function watched(secondsRunning: JobHost["secondsRunning"]) {
    const ended: string[] = [];
    const end = (name: string): Promise<void> => Promise.resolve(void ended.push(name));
    return { watch: new JobWatch(job, { secondsRunning, end }), ended };
  }

  it("is ended when its time is over", async () => {
    const { watch, ended } = watched(() => Promise.resolve(90));
    await vi.advanceTimersByTimeAsync(89_000);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toEqual(["hospital_a_static_init"]);
    expect(watch.end()).toBe(true);
  });

  it("has its whole time from when it runs, however late that is", async () => {
    const times = [undefined, 60, 91];
    const { watch, ended } = watched(() => Promise.resolve(times.shift()));
    await vi.advanceTimersByTimeAsync(2 * 90_000 + 29_000);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toHaveLength(1);
    expect(watch.end()).toBe(true);
  });

  it("is left alone once it has ended, also in the middle of a look", async () => {
    let answer: (seconds: number) => void = () => {};
    const { watch, ended } = watched(() => new Promise((done) => (answer = done)));
    await vi.advanceTimersByTimeAsync(90_000);
    expect(watch.end()).toBe(false);
    answer(1_000);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(ended).toEqual([]);
  });

  it("is told with what it said last, whatever it ended with", () => {
    for (const exitCode of [137, 0])
      expect(jobFailure(job, exitCode, "waiting for a lock\n", [], true)).toBe(
        "the job hospital_a_static_init was ended after 1m30s, its time-out (x-berth.jobs.static-init.timeout); what it said last:\n  waiting for a lock",
      );
  });
});
