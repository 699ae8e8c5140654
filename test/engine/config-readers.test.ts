import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { engineConfig } from "../../src/config/engine-config.ts";
import { projectDefaults } from "../../src/config/project-defaults.ts";
import { stackConfig, type StackConfig } from "../../src/config/stack-config.ts";
import { readStackFile } from "../../src/config/stack-file.ts";
import { engineAnswers } from "./engine.ts";

/** Files as people write them, with all that YAML and the engine have ways of their own to read. */
const of = (...texts: string[]) => fc.constantFrom(...texts);
const namespaces = fc.oneof(
  { weight: 8, arbitrary: of("berth:") },
  { weight: 3, arbitrary: of("") },
  { weight: 1, arbitrary: of("berth:config:", "bert:", "shop:", "berth:x:") },
);
const scalar = of(
  ...(
    "8001|a|052010|010|089|0x1F|0o17|1_000|1e3|0.50|1.|+8001|yes|no|y|true|True|null|~||2024-01-01|12:30|'8001'|" +
    "\"07\"|!!str 07|!x a|auto|production|1.10|.inf|-0|9007199254740993|1.5G|\"a\\tb\"|a: b|@a|*x|&x a|0b11|b # c|'it''s'"
  ).split("|"),
);
const names = of("app", "db", "A", "a.b", "'c'", "7", "true", "010", "constructor", "yes", "null", "2024-01-01");
const map = fc
  .array(fc.tuple(names, scalar), { maxLength: 3 })
  .map((entries) => `{ ${entries.map(([name, value]) => `${name}: ${value}`).join(", ")} }`);
const list = fc.array(scalar, { maxLength: 2 }).map((items) => `[ ${items.join(", ")} ]`);
const usual: Readonly<Record<string, readonly string[]>> = {
  blueprint: ["web", "a/b.yaml"],
  prefix: ["abc", "b_c"],
  environment: ["staging"],
  domain: ["a.example"],
  ports: ["{ app: 8001 }", "{ app: auto, db: 8002 }", "{ app: { port: 8001 } }", "'{\"app\": 8003}'"],
  images: ["{ app: a:1 }"],
  settings: ["{ A: x }", "{ A: 1, B: true }", "{ A: '07', constructor: x }"],
  services: ["{ app: { cpus: 0.5 } }", "{ app: { replicas: 2, memory: 512M } }"],
  running: ["true", "'false'"],
  adopt: ["[ data ]"],
  database: ["platform", "{ platform: p }"],
};
const entry = of(...Object.keys(usual)).chain((key) =>
  fc.tuple(
    namespaces.map((namespace) => namespace + key),
    fc.oneof(
      { weight: 6, arbitrary: of(...(usual[key] ?? [])) },
      { weight: 1, arbitrary: fc.oneof(map, list, scalar) },
    ),
  ),
);
const head = fc.oneof(
  { weight: 9, arbitrary: of("config:\n") },
  {
    weight: 1,
    arbitrary: of(
      "Config:\n",
      "%YAML 1.1\n---\nconfig:\n",
      "config:\n  berth:\n    ports: { app: 8001 }\n",
      "\ufeffconfig:\n",
    ),
  },
);
const indent = fc.oneof({ weight: 12, arbitrary: of("  ") }, { weight: 1, arbitrary: of("") });
const stackFile = fc
  .tuple(head, fc.array(fc.tuple(indent, entry), { minLength: 1, maxLength: 4 }))
  .map(([first, entries]) => first + entries.map(([space, [key, value]]) => `${space}${key}: ${value}\n`).join(""));
const wraps = fc.oneof(
  { weight: 3, arbitrary: fc.constant((value: string) => `{ value: ${value} }`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      (value: string) => value,
      (value: string) => `{ default: ${value} }`,
      (value: string) => `{ type: object, value: ${value} }`,
    ),
  },
);
const projectFile = fc
  .tuple(of("berth", "shop"), fc.array(fc.tuple(entry, wraps), { maxLength: 2 }))
  .map(([name, entries]) => {
    const config = entries.map(([[key, value], wrap]) => `  ${key}: ${wrap(value)}\n`).join("");
    return `name: ${name}\nruntime: nodejs\n${config === "" ? "" : `config:\n${config}`}`;
  });

describe.skipIf(!engineAnswers)("what berth reads of a project's files", () => {
  const root = mkdtempSync(join(tmpdir(), "berth-test-readers-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
  const env = {
    ...process.env,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_BACKEND_URL: `file://${root}/.state`,
  };
  const pulumi = (...args: string[]): string =>
    execFileSync("pulumi", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  /** Undefined where the engine refuses the files. */
  function byEngine(): Record<string, string> | undefined {
    try {
      const all = JSON.parse(pulumi("config", "--json", "-s", "b")) as Record<string, { value?: string }>;
      return Object.fromEntries(Object.entries(all).map(([key, { value }]) => [key, value ?? ""]));
    } catch {
      return undefined;
    }
  }

  /** Undefined where berth refuses them. */
  function byBerth(): { read: StackConfig; preview: (all: Record<string, string>) => unknown } | undefined {
    try {
      const { defaults } = projectDefaults(root);
      const read = readStackFile(root, "b", defaults);
      const preview = (all: Record<string, string>): unknown =>
        stackConfig({ ...engineConfig("b", all, () => false), defaults });
      return read.ok ? { read: read.value, preview } : undefined;
    } catch {
      return undefined;
    }
  }

  it("is what the engine reads, or an error", { timeout: 300_000 }, () => {
    mkdirSync(join(root, ".state"));
    for (const name of ["berth", "shop"]) {
      write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\n`);
      pulumi("stack", "init", "b");
    }
    let agreed = 0;
    fc.assert(
      fc.property(projectFile, stackFile, (project, stack) => {
        write("Pulumi.yaml", project);
        write("Pulumi.b.yaml", stack);
        const own = byBerth();
        if (own === undefined) return;
        const all = byEngine();
        expect(all).toBeDefined();
        const { source: _, ...values } = own.read;
        expect(own.preview(all ?? {})).toMatchObject({ ok: true, value: values });
        agreed += 1;
      }),
      { numRuns: 60 },
    );
    expect(agreed).toBeGreaterThan(10);
  });
});
