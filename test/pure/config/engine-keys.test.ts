import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAmbiguous } from "../../../src/yaml/ambiguous.ts";
import { engineKey } from "../../../src/config/engine-keys.ts";
import { parseStack } from "../../../src/config/stack-file.ts";
import { shown } from "../report/shown.ts";

const findings = (text: string, project = "shop"): string[] =>
  shown(parseStack(text, "b", "Pulumi.b.yaml", { project, values: {} }).findings).map(
    ({ severity, wanted, message, remedy }) =>
      `${severity} ${wanted?.path ?? ""}:${wanted?.line ?? "?"} ${message ?? ""}${remedy === undefined ? "" : ` → ${remedy}`}`,
  );

describe("a key as the engine reads it", () => {
  it.each([
    ["ports", { namespace: "shop", name: "ports" }],
    ["berth:ports", { namespace: "berth", name: "ports" }],
    ["berth:config:ports", { namespace: "berth", name: "ports" }],
    ["berth:other:ports", undefined],
    ["a:b:c:d", undefined],
  ])("%s", (key, expected) => expect(engineKey(key, "shop")).toEqual(expected));
});

describe("a key that reaches nobody is reported", () => {
  it.each([
    [
      "a namespace that is nearly berth's",
      "config:\n  bert:ports: { app: 8001 }\n",
      ["error bert:ports:2 found the namespace bert → rename bert:ports to berth:ports"],
    ],
    [
      "a namespace in capitals",
      "config:\n  Berth:ports: { app: 8001 }\n",
      ["error Berth:ports:2 found the namespace Berth → rename Berth:ports to berth:ports"],
    ],
    [
      "keys inside a map berth:",
      "config:\n  berth:\n    ports: { app: 8001 }\n",
      [
        "error berth:2 found a map berth:, which the engine reads as shop:berth → write each of its keys as berth:<key> in Pulumi.b.yaml",
      ],
    ],
    [
      "a key without its namespace, in a project of another name",
      "config:\n  ports: { app: 8001 }\n",
      ["warning ports:2 the engine reads ports as shop:ports, so berth does not see it → rename ports to berth:ports"],
    ],
    [
      "a key that is not indented",
      "config:\nberth:ports: { app: 8001 }\n",
      [
        "error berth:ports:2 berth:ports is not under config:, so the engine ignores it → indent berth:ports under config: in Pulumi.b.yaml",
      ],
    ],
    [
      "config: itself, misspelt",
      "Config:\n  berth:ports: { app: 8001 }\n",
      ["error Config:1 Config is not under config:, so the engine ignores it → rename it to config"],
    ],
    [
      "an environment that is not indented",
      "config: {}\nenvironment: staging\n",
      [
        "error environment:2 environment is not under config:, so the engine ignores it → indent environment under config: in Pulumi.b.yaml",
      ],
    ],
    [
      "a key in two ways",
      "config:\n  berth:prefix: a\n  berth:config:prefix: b\n",
      [
        "error berth:config:prefix:3 berth:prefix and berth:config:prefix are the same key to the engine → remove berth:config:prefix from Pulumi.b.yaml",
      ],
    ],
    [
      "a key that the engine refuses",
      "config:\n  berth:ports:app: 8001\n",
      ["error berth:ports:app:2 found berth:ports:app, which the engine refuses"],
    ],
    [
      "an environment of Pulumi ESC",
      "environment: [prod]\nconfig: {}\n",
      ["warning environment:1 values of Pulumi ESC are seen by the preview, and not by berth check"],
    ],
  ])("%s", (_, text, expected) => expect(findings(text)).toEqual(expected));

  it("keys inside a map berth:, in the project berth, are one unknown key", () => {
    const [first = "", ...more] = findings("config:\n  berth:\n    ports: { app: 8001 }\n", "berth");
    expect(more).toEqual([]);
    expect(first).toMatch(/^error berth:berth:2 there is no such key/);
  });

  it("keys of others are left alone", () => {
    expect(
      findings("config:\n  aws:region: x\n  shop:color: red\n  color: red\n  berthold:ports: x\n  birth:place: x\n"),
    ).toEqual([]);
  });
});

describe("a number that YAML 1.1 reads differently is refused", () => {
  it.each([
    "052010",
    "010",
    "007",
    "1_000",
    "0x1F",
    "-0x1F",
    "0o17",
    "0b11",
    "01.5",
    "12345678901234567",
    "2024-01-01",
  ])("%s", (typed) => expect(isAmbiguous(typed)).toBe(true));
  it.each(["0", "8778", "-1", "+1", "0.50", "1.", ".5", "1e3", "true", "yes", "abc", "1.2.3", "12:30", "0a", "1 000"])(
    "%s is not",
    (typed) => expect(isAmbiguous(typed)).toBe(false),
  );

  it("with the command that writes the decimal number", () => {
    expect(findings("config:\n  berth:ports: { app: 052010 }\n  berth:services: { app: { replicas: 010 } }\n")).toEqual(
      [
        "error berth:ports.app:2 found 052010, which YAML 1.1 and YAML 1.2 read differently → pulumi config set --path berth:ports.app 52010 -s b",
        "error berth:services.app.replicas:3 found 010, which YAML 1.1 and YAML 1.2 read differently → pulumi config set --path berth:services.app.replicas 10 -s b",
      ],
    );
  });

  it("wherever it stands in a value of berth", () => {
    const typed = fc.constantFrom("010", "1_0", "0o17", "0x1f", "2024-01-01", "0b1");
    const shapes = fc.constantFrom(
      (it: string) => `config: { "berth:ports": { app: ${it} } }`,
      (it: string) => `config:\n  berth:ports:\n    app:\n      port: ${it}\n`,
      (it: string) => `config:\n  berth:prefix: ${it}\n`,
      (it: string) => `config:\n  berth:adopt:\n    - ${it}\n`,
      (it: string) => `config:\n  berth:settings:\n    A: ${it}\n`,
      (it: string) => `x-a: &a ${it}\nconfig:\n  berth:prefix: *a\n`,
    );
    fc.assert(
      fc.property(typed, shapes, (written, shape) => {
        const said = findings(shape(written)).filter((finding) => finding.startsWith("error"));
        expect(said.join("\n")).toMatch(new RegExp(`${written}|YAML 1.1`));
      }),
    );
  });
});

describe("what the engine's parser refuses is refused", () => {
  it.each([
    ["a key that is a number", "config:\n  berth:settings: { 7: a }\n", "a key that is not text"],
    ["a key that is a truth", "config:\n  berth:settings:\n    true: a\n", "a key that is not text"],
    ["a key that is octal", "config:\n  berth:settings:\n    010: a\n", "a key that is not text"],
    ["a tag", "config:\n  berth:prefix: !x a\n", "a tag"],
    ["a tag of numbers", "config:\n  berth:ports: { app: !!int '8001' }\n", "a tag"],
    ["a directive", "%YAML 1.1\n---\nconfig: { berth:running: yes }\n", "a directive"],
    ["a control character", 'config:\n  berth:prefix: "a\u0007"\n', "a control character"],
    ["a line separator", "config:\n  berth:prefix: 'a\u2028b'\n", "unusual line end"],
    ["a lone carriage return", "config:\n  berth:prefix: 'a\rb'\n", "unusual line end"],
    ["a key named __proto__", "config:\n  berth:settings: { __proto__: a }\n", "a key named __proto__"],
  ])("%s", (_, text, message) => {
    const [first = "", ...more] = findings(text);
    expect(more).toEqual([]);
    expect(first).toContain(message);
  });

  it("a byte order mark is not", () => expect(findings("\ufeffconfig:\n  berth:prefix: a\n")).toEqual([]));
});
