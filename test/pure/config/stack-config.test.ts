import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { isMangled } from "../../../src/config/yaml-coercion.ts";
import type { StackConfig } from "../../../src/config/stack-config.ts";
import { projectDefaults } from "../../../src/config/project-defaults.ts";
import { listStacks, parseStack, readStackFile } from "../../../src/config/stack-file.ts";
import type { Checked } from "../../../src/findings/finding.ts";
import { paste, type StackFile } from "./paste.ts";
import { remedyOf } from "../report/shown.ts";

const read = (values: Readonly<Record<string, unknown>>, defaults = {}): Checked<StackConfig> => {
  const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`berth:${key}`, value]));
  return parseStack(stringify({ config }), "hospital-b", "Pulumi.hospital-b.yaml", { values: defaults });
};
const value = (checked: Checked<StackConfig>): StackConfig => {
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  return checked.value;
};

describe("what may be written", () => {
  it.each<[string, Record<string, unknown>, Partial<StackConfig>]>([
    ["a port as a number", { ports: { app: 8779 } }, { ports: { app: { port: 8779 } } }],
    ["a port that is to be found", { ports: { app: "auto" } }, { ports: { app: { port: "auto" } } }],
    [
      "a privileged port that is meant",
      { ports: { app: { port: 80, privileged: true } } },
      { ports: { app: { port: 80, privileged: true } as { port: number } } },
    ],
    [
      "a port of an address",
      { ports: { app: { port: 8779, address: "::1", protocol: "udp" } } },
      { ports: { app: { port: 8779, address: "::1", protocol: "udp" } } },
    ],
    ["one port of several", { ports: { "dns/53/udp": 5353 } }, { ports: { "dns/53/udp": { port: 5353 } } }],
    [
      "a setting as text, number or truth",
      { settings: { A: "a", B: 1.5, C: true } },
      { settings: { A: "a", B: "1.5", C: "true" } },
    ],
    ["an encrypted secret", { secrets: { KEY: { secure: "v1:x" } } }, { secretsGiven: ["KEY"] }],
    ["CPUs as Pulumi writes them", { services: { app: { cpus: "0.5" } } }, { services: { app: { cpus: 0.5 } } }],
    [
      "reservations",
      { services: { app: { reservations: { cpus: 0.5, memory: "1G" } } } },
      { services: { app: { reservations: { cpus: 0.5, memory: "1G" } } } },
    ],
    ["memory in bytes", { services: { app: { memory: 536870912 } } }, { services: { app: { memory: 536870912 } } }],
    ["false as Pulumi writes it", { running: "false" }, { running: false }],
    ["a map as Pulumi writes it", { ports: '{"app":8779}' }, { ports: { app: { port: 8779 } } }],
    [
      "an image of a registry with a port and a digest",
      { images: { app: `r.example:5000/o/eqmd:2@sha256:${"0".repeat(64)}` } },
      {},
    ],
    ["a prefix of 40 characters", { prefix: "a".repeat(40) }, { prefix: "a".repeat(40) }],
  ])("%s", (_, written, expected) => expect(value(read(written))).toMatchObject(expected));

  it("in quotes, what would be a number or a date without", () => {
    const quoted = parseStack(`config: { berth:settings: { A: "007", B: '2024-01-01' } }`, "b", "Pulumi.b.yaml");
    expect(value(quoted).settings).toEqual({ A: "007", B: "2024-01-01" });
  });

  it("nothing at all", () => {
    expect(value(read({}))).toMatchObject({
      blueprint: "equipemed",
      environment: "production",
      endpoint: "local",
      running: true,
      inventory: "live",
      configured: false,
    });
  });

  it("less than the project's defaults, which the stack's own keys replace", () => {
    expect(value(read({ prefix: "b" }, { prefix: "a", domain: "a.example" }))).toMatchObject({
      prefix: "b",
      domain: "a.example",
    });
  });
});

it("of the mistakes in one line of YAML, the first is told", () => {
  expect(parseStack("- a\nb: 1\n", "b", "Pulumi.b.yaml").findings).toHaveLength(1);
  expect(parseStack("a: [1\nb: 'x\n", "b", "Pulumi.b.yaml").findings.length).toBeGreaterThan(0);
});

describe("where a key is written", () => {
  const text =
    "config:\n  berth:prefix: b\n  berth:ports:\n    app: 8779\n    my.app: 8780\n  berth:adopt:\n    - database\n";
  const { source } = value(parseStack(text, "b", "Pulumi.b.yaml"));

  it.each([
    [["prefix"], "berth:prefix", 2],
    [["ports", "app"], "berth:ports.app", 4],
    [["ports", "my.app"], 'berth:ports["my.app"]', 5],
    [["adopt", 0], "berth:adopt[0]", 7],
    [["ports", "dev"], "berth:ports.dev", 3],
    [["domain"], "berth:domain", undefined],
  ])("%j", (path, key, line) => expect(source(...path)).toEqual({ file: "Pulumi.b.yaml", path: key, line }));
});

describe("an unquoted setting", () => {
  it.each([
    "0123",
    "+49",
    "1_000",
    "0x1f",
    "0o17",
    "1.50",
    "1e3",
    "True",
    "FALSE",
    ".5",
    "-0",
    "2024-01-01",
    "12345678901234567890",
  ])("%s would arrive as something else", (typed) => expect(isMangled(typed)).toBe(true));
  it.each([
    "0",
    "15",
    "-3",
    "1.5",
    "true",
    "false",
    "555-1234",
    "+49 30 1234",
    "12:30",
    "1.2.3",
    "yes",
    "2024-01",
    "eqmd:2.1",
    "0123a",
  ])("%s arrives as it is", (typed) => expect(isMangled(typed)).toBe(false));
});

describe("whatever is written", () => {
  const text = fc.string({ unit: "binary" }).map((any) => any.replaceAll("\0", ""));
  /** As JSON, which leaves some characters as they are that YAML wants escaped. */
  const quoted = (value: unknown): string =>
    JSON.stringify(value).replace(
      /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );

  it("a setting's text arrives unchanged", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), text), (settings) => {
        const written = `config: { "berth:settings": ${quoted(settings)} }`;
        expect(value(parseStack(written, "b", "Pulumi.b.yaml")).settings).toEqual(settings);
      }),
    );
  });

  it("no text of a stack file makes the reader throw", () => {
    const piece = fc.constantFrom(
      "config:",
      "\n",
      "  ",
      "berth:",
      "ports: ",
      "secrets: ",
      "{",
      "}",
      "[",
      "]",
      "*a",
      "&a ",
      "- ",
      "'",
      "<<: ",
      "x",
      "0",
      "? ",
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        (any) => void parseStack(any, "b", "Pulumi.b.yaml"),
      ),
    );
  });

  it("no value of a key makes the reader throw, or shows through in the library's words", () => {
    const keys = ["blueprint", "prefix", "environment", "endpoint", "domain", "ports", "images", "settings", "secrets"];
    const key = fc.constantFrom(...keys, "services", "subnets", "adopt", "running", "inventory");
    const any = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(fc.constantFrom("app", "port", "memory"), fc.jsonValue()),
    );
    fc.assert(
      fc.property(key, any, (name, written) => {
        for (const { message, allowed } of read({ [name]: written }).findings)
          expect(`${message ?? ""} ${allowed ?? ""}`).not.toMatch(
            /expected|received|invalid|too (?:small|big)|must match/i,
          );
      }),
    );
  });

  it("a command in a remedy mends what it is for", () => {
    const wrong = fc.record(
      {
        prefix: fc.constantFrom("Hospital B", "2024", "$(x)", "x".repeat(200), 7),
        domain: fc.constantFrom("B.example", "https://b.example/x", "b.example:80", null),
        environment: fc.constantFrom("prod", "dev", "stagin"),
        running: fc.constantFrom("yes", "no", "off"),
        inventory: fc.constantFrom("fils", "Live"),
        endpoint: fc.constantFrom("far:2375"),
        ports: fc.dictionary(
          fc.constantFrom("app", "my.app", "app/8443"),
          fc.constantFrom(0, 80, "8779", true, { port: 1 }, { address: "::" }),
          { minKeys: 1 },
        ),
        services: fc.constant({ app: { memory: "512Mi" } }),
        settings: fc.constant({ EMPTY: null }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wrong, (values) => {
        const { findings } = read(values);
        const mended = findings.reduce<StackFile>((file, finding) => paste(file, remedyOf(finding)), {
          config: Object.fromEntries(Object.entries(values).map(([name, each]) => [`berth:${name}`, each])),
        });
        expect(parseStack(stringify(mended), "hospital-b", "Pulumi.hospital-b.yaml").findings).toEqual([]);
      }),
    );
  });
});

describe("the stacks of a project", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-stacks-"));
    writeFileSync(
      join(root, "Pulumi.yaml"),
      "name: shop\nconfig:\n  berth:blueprint: { value: web }\n  berth:domain: shop.example\n  aws:region: x\n",
    );
    writeFileSync(join(root, "Pulumi.b.yaml"), "config: { berth:prefix: b }\n");
    writeFileSync(join(root, "Pulumi.a-1.yaml"), "config: { berth:prefix: a }\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("are its files, sorted by name", () => expect(listStacks(root)).toEqual(["a-1", "b"]));

  it("share the project's defaults, with or without value:", () => {
    expect(projectDefaults(root)).toMatchObject({
      project: "shop",
      defaults: { values: { blueprint: "web", domain: "shop.example" } },
    });
    const { defaults } = projectDefaults(root);
    expect(value(readStackFile(root, "b", defaults))).toMatchObject({ prefix: "b", blueprint: "web" });
  });

  it("say what Pulumi reads, too", () => {
    expect(parse("config: { berth:prefix: b }")).toEqual({ config: { "berth:prefix": "b" } });
  });
});
