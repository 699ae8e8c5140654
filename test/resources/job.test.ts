import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { Service } from "../../src/deployment/deployment.ts";
import { jobFailure, jobSuccess } from "../../src/resources/job.ts";
import { valueOf } from "./declare.ts";

const told = (exitCode: number | undefined, log = "", secrets: readonly string[] = []): string | undefined =>
  jobFailure("hospital_a_static_init", exitCode, log, secrets);

describe("a job", () => {
  it("that ended with 0 is a success", async () => {
    expect(told(0)).toBeUndefined();
    const container = { exitCode: pulumi.output(0), containerLogs: pulumi.output("") } as unknown as docker.Container;
    expect(await valueOf(jobSuccess({ name: "a_job" } as Service, container, {}))).toBe(0);
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
