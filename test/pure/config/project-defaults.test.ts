import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { engineConfig } from "../../../src/config/engine-config.ts";
import { projectDefaults } from "../../../src/config/project-defaults.ts";
import { stackConfig, type StackConfig } from "../../../src/config/stack-config.ts";
import { readStackFile, stackFilePlaces } from "../../../src/config/stack-file.ts";
import type { Checked } from "../../../src/findings/finding.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "berth-defaults-"))));
afterEach(() => rmSync(root, { recursive: true }));

type Keys = Readonly<Record<string, unknown>>;
const keysOf = (file: string): Keys => (parse(file) as { config?: Keys }).config ?? {};

/** The files of a project with one stack, b. */
function write(project: string, stack: string): void {
  writeFileSync(join(root, "Pulumi.yaml"), `name: shop\nconfig:\n${project}`);
  writeFileSync(join(root, "Pulumi.b.yaml"), `config:\n${stack}`);
}

const fromFile = (): Checked<StackConfig> => readStackFile(root, "b", projectDefaults(root).defaults);

/** As the engine hands it over [Pulumi 3.260]: a key that the stack has hides the project's, map or not. */
function fromEngine(project: string, stack: string): Checked<StackConfig> {
  const common = Object.entries(keysOf(`config:\n${project}`)).map(([key, entry]) => {
    const { value, default: usual } = entry as { value?: unknown; default?: unknown };
    return [key, value ?? usual ?? entry] as const;
  });
  const all = { ...Object.fromEntries(common), ...keysOf(`config:\n${stack}`) };
  const texts = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  return stackConfig(engineConfig("b", texts, () => false, stackFilePlaces(root, "b")));
}

const readers: [string, (project: string, stack: string) => Checked<StackConfig>][] = [
  ["of the file", fromFile],
  ["of what the engine hands over", fromEngine],
];

describe.each(readers)("what the project says for every stack, to the reader %s", (_, read) => {
  const config = (project: string, stack: string): StackConfig => {
    write(project, stack);
    const checked = read(project, stack);
    if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
    return checked.value;
  };
  const told = (project: string, stack: string): string[] => {
    write(project, stack);
    return read(project, stack).findings.map(({ wanted, message }) =>
      [wanted?.file, wanted?.line, wanted?.path, message].join(" "),
    );
  };

  it.each([
    ["a map of settings, name by name", 'settings: { value: { A: "1", B: "2" } }', 'settings: { B: "3", C: "4" }'],
    [
      "the same with a description",
      'settings: { value: { A: "1", B: "2" }, description: common }',
      'settings: { B: "3", C: "4" }',
    ],
  ])("%s is inherited, and the stack's names win", (_, project, stack) => {
    expect(config(`  berth:${project}\n`, `  berth:${stack}\n`).settings).toEqual({ A: "1", B: "3", C: "4" });
  });

  it("images, limits, ports and subnets are inherited name by name, too", () => {
    const common = `  berth:images: { value: { app: "a:1", db: "d:1" } }
  berth:services: { value: { app: { cpus: 1, memory: 1G } } }
  berth:ports: { value: { app: 8001, db: 8002 } }
  berth:subnets: { value: { default: 10.9.0.0/24 } }
`;
    const own = `  berth:images: { app: "a:2" }
  berth:services: { app: { memory: 2G } }
  berth:ports: { db: auto }
  berth:subnets: { other: 10.9.1.0/24 }
`;
    expect(config(common, own)).toMatchObject({
      images: { app: "a:2", db: "d:1" },
      services: { app: { memory: "2G" } },
      ports: { app: { port: 8001 }, db: { port: "auto" } },
      subnets: { default: "10.9.0.0/24", other: "10.9.1.0/24" },
    });
  });

  it("what a stack says nothing of is inherited as a whole, and a list is replaced as a whole", () => {
    expect(
      config(
        "  berth:settings: { value: { A: x } }\n  berth:adopt: { value: [data] }\n  berth:domain: a.example\n",
        "  berth:adopt: [other]\n",
      ),
    ).toMatchObject({ settings: { A: "x" }, adopt: ["other"], domain: "a.example" });
  });

  it("an empty value of the stack takes an inherited one away", () => {
    expect(config("  berth:settings: { value: { A: x } }\n", '  berth:settings: { A: "" }\n').settings).toEqual({
      A: "",
    });
  });

  it("each value names the file and line that it is written in", () => {
    const { source } = config(
      "  berth:settings:\n    value:\n      A: x\n      B: y\n  berth:ports: { value: { app: 8001 } }\n",
      "  berth:prefix: b\n  berth:settings:\n    B: z\n",
    );
    const at = (...path: string[]) => Object.values(source(...path)).join(" ");
    expect(at("settings", "A")).toBe("Pulumi.yaml berth:settings.A 5");
    expect(at("settings", "B")).toBe("Pulumi.b.yaml berth:settings.B 4");
    expect(at("ports", "app")).toBe("Pulumi.yaml berth:ports.app 7");
    expect(at("prefix")).toBe("Pulumi.b.yaml berth:prefix 2");
    expect(at("domain")).toBe("Pulumi.b.yaml berth:domain ");
  });

  it("a mistake is told where it is written", () => {
    expect(told("  berth:ports:\n    value:\n      app: 80\n", "  berth:ports: { db: 0 }\n")).toEqual([
      "Pulumi.yaml 5 berth:ports.app found 80",
      "Pulumi.b.yaml 2 berth:ports.db found 0",
    ]);
    expect(told("  berth:settings:\n    value:\n      PHONE: 0123\n", "  berth:prefix: b\n")).toEqual([
      "Pulumi.yaml 5 berth:settings.PHONE 0123 without quotes is not text to YAML, and would arrive as something else",
    ]);
  });

  it("a secret cannot be common: each stack encrypts with a key of its own", () => {
    const secret = "  berth:secrets: { value: { SMTP: { secure: v1:needle } } }\n";
    const [text, ...more] = told(secret, "  berth:prefix: b\n");
    expect(more).toEqual([]);
    expect(text).toBe("Pulumi.yaml 3 berth:secrets.SMTP a secret in Pulumi.yaml, where it is encrypted for no stack");
    expect(text).not.toContain("needle");
  });
});

it("a Pulumi.yaml that is none is told without a piece of it", () => {
  writeFileSync(join(root, "Pulumi.yaml"), "name: [needle\n");
  expect(() => projectDefaults(root)).toThrow(/^Pulumi\.yaml is not valid YAML: (?!.*needle)/);
});

describe("a Pulumi.yaml that the engine refuses is refused", () => {
  it.each([
    ["a list", "- name\n", "expected a map of keys"],
    ["without a name", "runtime: nodejs\n", "expected name:"],
    ["with a number for a name", "name: 7\n", "found 7"],
    ["with stack files elsewhere", "name: shop\nstackConfigDir: stacks\n", "remove stackConfigDir:"],
    ["with stack files elsewhere, in the old way", "name: shop\nconfig: stacks\n", "remove stackConfigDir:"],
    ["with a list of configuration", "name: shop\nconfig: [a]\n", "config: is not a map"],
  ])("%s", (_, text, message) => {
    writeFileSync(join(root, "Pulumi.yaml"), text);
    expect(() => projectDefaults(root)).toThrow(message);
  });

  it.each([
    ["a map without value:", "berth", "berth:ports: { app: 8001 }", "found app"],
    ["a map with nothing", "shop", "berth:ports: {}", "it has no value"],
    ["nothing", "shop", "berth:prefix:", "found null, which the engine refuses here"],
    ["a fraction", "shop", "berth:prefix: 1.5", "found 1.5, which the engine refuses here"],
    [
      "a default in another namespace",
      "shop",
      "berth:prefix: { default: a }",
      "found default:, which the engine refuses here",
    ],
    ["two values", "berth", "prefix: { default: a, value: b }", "found both value: and default:"],
    ["a type, which berth checks itself", "berth", "prefix: { type: string, value: b }", "found type"],
    ["a key with too many parts", "shop", "berth:ports:app: 8001", "found berth:ports:app, which the engine refuses"],
    [
      "a number with a leading zero",
      "shop",
      "berth:ports: { value: { app: 052010 } }",
      "found 052010, which YAML 1.1 and YAML 1.2 read differently",
    ],
  ])("%s", (_, project, entry, message) => {
    writeFileSync(join(root, "Pulumi.yaml"), `name: ${project}\nconfig:\n  ${entry}\n`);
    expect(projectDefaults(root).defaults.findings?.map((finding) => finding.message)).toEqual([message]);
  });
});

it("keys without a namespace are berth's in a project of that name", () => {
  writeFileSync(
    join(root, "Pulumi.yaml"),
    "name: berth\nconfig: { blueprint: web, ports: { value: { app: 8001 } } }\n",
  );
  writeFileSync(join(root, "Pulumi.b.yaml"), "config:\n  ports: { db: 8002 }\n");
  const { defaults } = projectDefaults(root);
  const checked = readStackFile(root, "b", defaults);
  expect(checked).toMatchObject({
    ok: true,
    value: { blueprint: "web", ports: { app: { port: 8001 }, db: { port: 8002 } } },
  });
  expect(checked.ok && checked.value.source("ports", "db")).toEqual({
    file: "Pulumi.b.yaml",
    path: "berth:ports.db",
    line: 2,
  });
});
