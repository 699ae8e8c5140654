import { describe, expect, it } from "vitest";
import { reportComment } from "../../scripts/report-comment.ts";

const created = "Previewing update (a):\n + Stack create\n\nResources:\n    + 11 to create\n";

describe("the comment of a pull request", () => {
  it("tells what clashes first, then each stack in a fold", () => {
    const text = reportComment([
      { name: "a.txt", text: created },
      { name: "check.md", text: "### berth: no conflict among 2 deployments\n" },
    ]);
    expect(text).toBe(`### berth: no conflict among 2 deployments

<details><summary><b>a</b>: 11 to create</summary>

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
    expect(reportComment([{ name: "a.txt", text }])).toContain(`<summary><b>a</b>: ${title}</summary>`);
  });

  it("says so where a check said nothing", () => {
    expect(reportComment([{ name: "check.md", text: "" }])).toBe("**check** said nothing: see the run's log");
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
    expect(reportComment([{ name: "check.md", text: "x".repeat(99_999) }]).length).toBeLessThan(65_000);
  });
});

it("the issue of drift tells each difference with what repairs it, and what was not looked at", () => {
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

- not looked at: b (it is not deployed)`);
});
