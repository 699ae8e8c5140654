import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bash, script } from "./workflow-files.ts";

const directories: string[] = [];
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })));

/**
 * Runs a step with a `gh` that notes what it is called with, and answers a question for what there is.
 * @param answer what `gh` prints for each call that reads
 */
function run(step: string, answer: string, files: Record<string, string>, env: Record<string, string>, fails = false) {
  const directory = mkdtempSync(join(tmpdir(), "berth-workflow-"));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const gh = `#!/bin/sh
echo "$*" >> calls
case "$*" in *--jq*) ${fails ? "exit 1" : `printf '%s' '${answer}'`} ;; esac
`;
  writeFileSync(join(directory, "gh"), gh, { mode: 0o700 });
  const path = `${directory}${delimiter}${process.env["PATH"] ?? ""}`;
  const { status } = spawnSync("bash", [...bash, step], { cwd: directory, env: { PATH: path, ...env } });
  const read = (name: string): string => readFileSync(join(directory, name), "utf8");
  return { status, calls: read("calls").trimEnd().split("\n").slice(1), read };
}

describe("the comment on a pull request", () => {
  const step = script("preview.yml", "comment", "Write the comment, or write it anew");
  const comment = (answer: string, text = "### berth", fails = false) =>
    run(step, answer, { "comment.md": text }, { REPOSITORY: "org/berth", NUMBER: "7" }, fails);

  it("is made where there is none", () => {
    const { status, calls, read } = comment("");
    expect(status).toBe(0);
    expect(calls).toEqual(["api --silent repos/org/berth/issues/7/comments -F body=@body.md"]);
    expect(read("body.md")).toBe("<!-- berth preview -->\n### berth");
  });
  it("is written anew where there is one", () => {
    const { calls } = comment("41\n42");
    expect(calls).toEqual(["api --silent --method PATCH repos/org/berth/issues/comments/41 -F body=@body.md"]);
  });
  it("is found by its marker, among the workflow's own", () => {
    expect(step).toContain(
      'select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- berth preview -->")))',
    );
  });
  it("is not made twice where GitHub does not answer", () => {
    expect(comment("", "", true)).toMatchObject({ status: 1, calls: [] });
  });
  it("is never longer than GitHub takes", () => {
    expect(comment("", "x".repeat(99_999)).read("body.md").length).toBeLessThan(65_536);
  });
});

describe("the issue of drift", () => {
  const step = script("drift.yml", "issue", "Open, rewrite or close the issue");
  const issue = (answer: string, clean: "true" | "false") => run(step, answer, {}, { CLEAN: clean });

  it("is opened at the first difference", () => {
    const { status, calls } = issue("", "false");
    expect(status).toBe(0);
    expect(calls[1]).toBe(
      "issue create --label drift --title What is live differs from the stacks --body-file issue.md",
    );
  });
  it("is rewritten while there are differences", () => {
    expect(issue("12", "false").calls).toEqual(["issue edit 12 --body-file issue.md"]);
  });
  it("is closed when there are none", () => {
    expect(issue("12", "true").calls).toEqual(["issue close 12 --comment What is live is what the stacks say again."]);
  });
  it("is not touched where there is none and nothing differs", () => {
    expect(issue("", "true")).toMatchObject({ status: 0, calls: [] });
  });
});
