import { describe, expect, it } from "vitest";
import { engineConfig } from "../../../src/config/engine-config.ts";
import { stackConfig, type StackConfig } from "../../../src/config/stack-config.ts";
import type { Checked } from "../../../src/findings/finding.ts";
import { remedyOf } from "../report/shown.ts";

/** The configuration as the engine hands it over: text for every key, JSON for maps, secrets in the clear. */
const read = (
  all: Readonly<Record<string, string>>,
  secret: readonly string[] = [],
  places = {},
): Checked<StackConfig> => stackConfig(engineConfig("hospital-b", all, (key) => secret.includes(key), places));
const value = (all: Readonly<Record<string, string>>, secret: readonly string[] = []): StackConfig => {
  const checked = read(all, secret);
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  return checked.value;
};

describe("what the engine hands over", () => {
  it.each<[string, Record<string, string>, Partial<StackConfig>]>([
    ["a map is read", { "berth:ports": '{"app":8779}' }, { ports: { app: { port: 8779 } } }],
    ["a list is read", { "berth:adopt": '["database"]' }, { adopt: ["database"] }],
    ["a truth is read", { "berth:running": "false" }, { running: false }],
    [
      "text stays text, whatever it looks like",
      { "berth:blueprint": "123", "berth:domain": "1.10" },
      { blueprint: "123", domain: "1.10" },
    ],
    [
      "settings in a map keep their kinds as texts",
      { "berth:settings": '{"A":"007","B":7}' },
      { settings: { A: "007", B: "7" } },
    ],
    ["keys of others are left alone", { "aws:region": "x", "berthold:prefix": "x" }, { configured: false }],
  ])("%s", (_, all, expected) => expect(value(all)).toMatchObject(expected));

  it("a number for a key of text is that text, and checked as such", () => {
    const { findings } = read({ "berth:prefix": "007" });
    expect(findings.map(({ message }) => message)).toEqual(['found "007"']);
  });
});

describe("secrets", () => {
  it("are known by their names, and their texts go no further", () => {
    const config = value({ "berth:secrets": '{"KEY":"needle"}' }, ["berth:secrets"]);
    expect(config.secretsGiven).toEqual(["KEY"]);
    expect(JSON.stringify(config)).not.toContain("needle");
  });

  it("that are no map are not shown", () => {
    const { findings } = read({ "berth:secrets": "needle" }, ["berth:secrets"]);
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain("needle");
  });

  it("in the clear are refused, one by one", () => {
    const { findings } = read({ "berth:secrets": '{"A":"needle","B":"needle"}' });
    expect(findings.map(({ key, message }) => `${key}: ${message ?? ""}`)).toEqual([
      "berth:secrets.A: a secret in clear text",
      "berth:secrets.B: a secret in clear text",
    ]);
    expect(JSON.stringify(findings)).not.toContain("needle");
  });

  it("among the settings are one finding, as the engine does not tell which of them it is", () => {
    const { findings } = read({ "berth:settings": '{"A":"a","TOKEN":"needle"}' }, ["berth:settings"]);
    expect(findings.map(({ key, message }) => `${key}: ${message ?? ""}`)).toEqual([
      "berth:settings: an encrypted value",
    ]);
    expect(JSON.stringify(findings)).not.toContain("needle");
  });

  it("in a wrong place are not shown by what else is wrong there", () => {
    const { findings } = read({ "berth:prefix": "Needle 1" }, ["berth:prefix"]);
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain("Needle");
  });
});

it("what stands in the stack's file lends its lines, and tells what would be mangled", () => {
  const places = { line: () => 7, typed: () => "0123" };
  const { findings } = read({ "berth:settings": '{"PHONE":83}' }, [], places);
  expect(findings.map((finding) => [finding.wanted?.line, remedyOf(finding)])).toEqual([
    [7, 'write PHONE: "0123" in Pulumi.hospital-b.yaml'],
  ]);
});
