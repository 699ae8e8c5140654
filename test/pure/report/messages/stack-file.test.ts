import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStackFile } from "../../../../src/config/stack-file.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../../resolve/sample.ts";
import { messages, textOf } from "./messages.ts";

describe("a stack file", () => {
  it.each<[string, string, string]>([
    [
      "is empty",
      ``,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is empty
  remedy     write what the deployment is:
             berth new hospital-b
             or remove it:
             rm Pulumi.hospital-b.yaml`,
    ],
    [
      "holds comments only",
      `# to do
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml holds nothing but comments
  remedy     write what the deployment is:
             berth new hospital-b
             or remove it:
             rm Pulumi.hospital-b.yaml`,
    ],
    [
      "is a list",
      `- berth:prefix
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not a map of keys
  remedy     begin Pulumi.hospital-b.yaml with the key config:`,
    ],
    [
      "has a list for its configuration",
      `encryptionsalt: x
config: [berth:prefix]
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml has a config: that is not a map of keys
  remedy     write keys like berth:prefix under config: in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a tab",
      `config:
	berth:prefix: hospital_b
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a tab as indentation; use spaces
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a key without a colon",
      `config:
  berth:prefix hospital_b
  berth:domain: b.example
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a key without its \`: \`
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a key twice",
      `config:
  berth:prefix: a
  berth:prefix: b
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:3
  what       Pulumi.hospital-b.yaml is not valid YAML: a key that stands there twice
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a quote that is not closed",
      `config:
  berth:prefix: 'needle
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:3
  what       Pulumi.hospital-b.yaml is not valid YAML: a quote or bracket that is not closed, or a key without its \`: \`
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a value that begins with @",
      `config:
  berth:secrets: { PASSWORD: @needle }
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a value that begins with @, \` or %; put it in quotes
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has an alias to nothing",
      `config:
  berth:secrets: { PASSWORD: *needle }
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not valid YAML: an alias (*name) that stands for nothing, itself or too much
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has an alias to itself",
      `config: &needle
  berth:settings: *needle
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not valid YAML: an alias (*name) that stands for nothing, itself or too much
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "is two documents",
      `config: {}
---
config: {}
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a second document (---); one file holds one
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(written)).toBe(text.slice(1));
  });
});

describe("a stack file that cannot be opened", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-messages-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is not there", () => {
    expect(textOf(readStackFile(root, "hospital-b").findings)).toBe(
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml does not exist
  remedy     berth new hospital-b`.slice(1),
    );
  });

  it("is a folder, and near the one that is meant", () => {
    mkdirSync(join(root, "Pulumi.hospital-a.yaml"));
    expect(textOf([...readStackFile(root, "hospital-a").findings, ...readStackFile(root, "hospital-b").findings])).toBe(
      `
✗ stack-unreadable  Pulumi.hospital-a.yaml
  where      hospital-a              Pulumi.hospital-a.yaml
  what       Pulumi.hospital-a.yaml is a folder
  remedy     mv Pulumi.hospital-a.yaml Pulumi.hospital-a.yaml.old
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml does not exist; there is Pulumi.hospital-a.yaml
  remedy     berth new hospital-b`.slice(1),
    );
  });
});

it("tells all mistakes of one file at once", () => {
  const written = stackWith(
    "berth:prefix: B\nberth:domain: B\nberth:port: 1\nberth:ports: { app: 0 }\nberth:running: 1",
  );
  const keys = findingsFrom(written).map(({ key }) => key);
  expect(keys.sort()).toEqual(["berth:domain", "berth:port", "berth:ports.app", "berth:prefix", "berth:running"]);
});
