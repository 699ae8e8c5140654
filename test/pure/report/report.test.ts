import { describe, expect, it } from "vitest";
import type { ShownFinding } from "../../../src/report/shown-finding.ts";
import { checkReport } from "../../../src/report/json.ts";
import { checkMarkdown } from "../../../src/report/markdown.ts";
import { countText, findingText, reportText } from "../../../src/report/text.ts";
import { deployments } from "../conflicts/sample.ts";

const finding = (parts: Partial<ShownFinding>): ShownFinding => ({
  code: "port-in-use",
  severity: "error",
  kind: "hostPort",
  key: "0.0.0.0:8778/tcp",
  ...parts,
});
const gap = { what: "files in /var/www/a", why: "ssh://far is another machine" };

describe("how many findings there are", () => {
  const conflict = finding({});
  const mistake = finding({ code: "config-invalid" });
  const warning = finding({ severity: "warning" });
  it.each<[ShownFinding[], string]>([
    [[], "no conflict"],
    [[conflict], "1 conflict"],
    [[conflict, conflict], "2 conflicts"],
    [[mistake, finding({ code: "stack-unreadable" })], "2 mistakes"],
    [[conflict, mistake, warning], "1 conflict, 1 mistake, 1 warning"],
    [[warning, warning], "2 warnings"],
    [[finding({ code: "host-unreachable" })], "1 unreachable host"],
    [[finding({ code: "image-missing" }), finding({ code: "image-missing" })], "2 missing images"],
    [[finding({ code: "network-drifted" }), conflict], "1 conflict, 1 drift"],
    [[finding({ code: "container-drifted", severity: "warning" })], "1 warning"],
    [[finding({ code: "name-replaced", severity: "note" }), warning, conflict], "1 conflict, 1 warning, 1 note"],
  ])("%#", (findings, text) => expect(countText(findings)).toBe(text));
});

describe("a finding as text", () => {
  it.each<[string, Partial<ShownFinding>, string]>([
    ["names who holds it, alive", { held: { live: "container", name: "grafana" } }, "  held by    container grafana"],
    [
      "names the stack of what is alive",
      { held: { live: "volume", name: "a_data", stack: "a" } },
      "  held by    volume a_data of a",
    ],
    ["names a network", { held: { live: "network", name: "office" } }, "  held by    network office"],
    ["names a process", { held: { live: "process", name: "nginx (pid 812)" } }, "  held by    nginx (pid 812)"],
    ["names files", { held: { live: "directory", name: "/var/www/a" } }, "  held by    files in /var/www/a"],
    [
      "puts files below each other",
      { wanted: { stack: "b", service: "app", file: "Pulumi.b.yaml", path: "berth:ports.app", line: 3 }, held: {} },
      "  wanted by  b / app                 Pulumi.b.yaml:3: berth:ports.app",
    ],
    ["says where, when nobody holds it", { wanted: { file: "Pulumi.b.yaml" } }, "  where      Pulumi.b.yaml"],
    ["indents a remedy of several lines", { remedy: "one\ntwo" }, "  remedy     one\n             two"],
    ["keeps foreign lines on one", { message: "one\n✓ two" }, "  what       one\\n✓ two"],
    [
      "puts what was verified below the command, so that its whole line can be pasted",
      { remedy: "do it", remedyNote: "checked" },
      "  remedy     do it\n             checked",
    ],
  ])("%s", (_, parts, line) => {
    expect(findingText(finding(parts))).toBe(`✗ port-in-use  0.0.0.0:8778/tcp\n${line}`);
  });

  it("that is a warning begins with another sign", () => {
    expect(findingText(finding({ severity: "warning" }))).toBe("! port-in-use  0.0.0.0:8778/tcp");
  });
});

it("a report ends with what was not checked, and the count", () => {
  expect(reportText([finding({})], [gap])).toBe(
    "✗ port-in-use  0.0.0.0:8778/tcp\n\nnot checked: files in /var/www/a (ssh://far is another machine)\n\n1 conflict",
  );
});

it("as Markdown, no text can end its block", () => {
  const text = checkMarkdown([], [finding({ message: "```\n# hello ````" })], [gap]);
  expect(text).toBe(
    [
      "### berth: 1 conflict among 0 deployments",
      "`````text\n✗ port-in-use  0.0.0.0:8778/tcp\n  what       ```\\n# hello ````\n`````",
      "- `not checked: files in /var/www/a (ssh://far is another machine)`",
    ].join("\n\n"),
  );
});

it("as JSON, a deployment is named by its stack, prefix and endpoint", () => {
  const [deployment] = deployments({
    "hospital-a": "berth:prefix: a\nberth:endpoint: ssh://far\nberth:running: false",
  });
  expect(checkReport(deployment === undefined ? [] : [deployment], [], [gap])).toEqual({
    deployments: [{ stack: "hospital-a", prefix: "a", endpoint: "ssh://far", running: false }],
    findings: [],
    notLookedAt: [gap],
  });
});
