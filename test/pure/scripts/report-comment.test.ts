import { describe, expect, it } from "vitest";
import { reportComment } from "../../../scripts/ci/report-comment.ts";

const created = "Previewing update (a):\n + Stack create\n\nResources:\n    + 11 to create\n";

describe("the comment of a pull request", () => {
  it("tells what clashes first, then each stack in a fold", () => {
    const text = reportComment([
      { name: "a.txt", text: created },
      { name: "check.md", text: "### berth: no conflict among 2 deployments\n" },
    ]);
    expect(text).toBe(`### berth: no conflict among 2 deployments

<details><summary><code>a</code>: 11 to create</summary>

\`\`\`text
${created.trim()}
\`\`\`

</details>`);
  });

  it.each([
    ["what an error stopped", "Resources:\n    + 1 to create\n    1 errored\n", "failed"],
    ["what did not come so far", "Pulumi.a.yaml: is no YAML\n", "failed"],
    [
      "drift",
      "Resources:\n    ~ 1 to update\n    10 unchanged\n\nerror: no changes were expected\n",
      "1 to update, 10 unchanged",
    ],
  ])("says in the fold's title what came of it: %s", (_, text, title) => {
    expect(reportComment([{ name: "a.txt", text }])).toContain(`<summary><code>a</code>: ${title}</summary>`);
  });

  it("says so where a check said nothing", () => {
    expect(reportComment([{ name: "check.md", text: "" }])).toBe("`check` said nothing: see the run's log");
  });

  it("lets no text end its own block", () => {
    expect(reportComment([{ name: "a.txt", text: "```\n@everyone" }])).toContain("````text\n```\n@everyone\n````");
  });

  it("stays within what GitHub takes, and says where something is cut", () => {
    const stacks = Array.from({ length: 100 }, (_, index) => ({ name: `s${index}.txt`, text: "line\n".repeat(9000) }));
    const text = reportComment([{ name: "check.md", text: "head" }, ...stacks]);
    expect(text.length).toBeLessThan(60_000);
    expect(text.match(/<\/details>/g)).toHaveLength(100);
    expect(text.match(/… cut here/g)).toHaveLength(100);
    expect(reportComment([{ name: "check.md", text: "x".repeat(99_999) }]).length).toBeLessThan(60_001);
  });

  it.each([
    ["a head that is nearly too long, and stacks", "x".repeat(59_900), 40, "line\n".repeat(1000)],
    ["more stacks than there is room for", "head", 3000, "line\n"],
    ["backticks, which make fences longer", "head", 3, `a ${"`".repeat(30_000)}`],
    ["letters of several bytes", "é".repeat(20_000), 3, "漢".repeat(50_000)],
    ["a block that is cut", `${"~\n".repeat(20_000)}\n\n\`\`\`text\n${"x\n".repeat(20_000)}\`\`\``, 1, "line"],
  ])("never grows beyond its limit: %s", (_, head, count, text) => {
    const stacks = Array.from({ length: count }, (_, index) => ({ name: `s${index}.txt`, text }));
    const comment = reportComment([{ name: "check.md", text: head }, ...stacks]);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(60_000);
    expect((comment.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
  });
});

it("the issue of drift tells each difference with what repairs it, and what was not checked", () => {
  const report = {
    deployments: [],
    findings: [
      {
        code: "container-drifted",
        severity: "warning",
        kind: "container",
        key: "a_app",
        message: "is stopped",
        remedy: "pulumi up -s a",
      },
    ],
    notLookedAt: [{ what: "b", why: "it is not deployed" }],
  };
  expect(reportComment([{ name: "drift.json", text: JSON.stringify(report) }])).toBe(`### berth drift: 1 difference

\`\`\`text
! container-drifted  a_app
  what       is stopped
  remedy     pulumi up -s a
\`\`\`

- \`not checked: b (it is not deployed)\``);
});
