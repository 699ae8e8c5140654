import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const repository = join(import.meta.dirname, "..", "..", "..");

/** By rule, a file with an import of its own floor or above it, and one with an effect that it must not have. */
const planted: Readonly<Record<string, readonly (readonly [file: string, imports: string])[]>> = {
  notation: [
    ["notation/up", "../findings/planted.ts"],
    ["notation/effect", "node:fs"],
  ],
  findings: [
    ["findings/up", "../disk/planted.ts"],
    ["findings/effect", "node:net"],
  ],
  disk: [
    ["disk/up", "../yaml/planted.ts"],
    ["disk/effect", "node:http"],
  ],
  yaml: [
    ["yaml/up", "../docker/planted.ts"],
    ["yaml/effect", "node:fs"],
  ],
  docker: [
    ["docker/connection", "../config/planted.ts"],
    ["docker/effect", "pg"],
  ],
  config: [
    ["config/up", "../deployment/planted.ts"],
    ["config/effect", "dockerode"],
  ],
  deployment: [
    ["deployment/up", "../config/planted.ts"],
    ["deployment/effect", "zod"],
  ],
  blueprint: [
    ["blueprint/up", "../resolve/planted.ts"],
    ["blueprint/effect", "node:http"],
  ],
  claims: [
    ["claims/up", "../conflicts/planted.ts"],
    ["claims/effect", "node:fs/promises"],
  ],
  realize: [
    ["realize/up", "../resources/planted.ts"],
    ["realize/effect", "node:fs"],
  ],
  export: [
    ["export/up", "../resources/planted.ts"],
    ["export/effect", "node:fs"],
  ],
  resources: [
    ["resources/up", "../config/planted.ts"],
    ["resources/effect", "dockerode"],
  ],
  host: [
    ["host/up", "../drift/planted.ts"],
    ["host/effect", "@pulumi/pulumi"],
  ],
  resolve: [
    ["resolve/up", "../inventory/planted.ts"],
    ["resolve/effect", "@pulumi/pulumi"],
  ],
  conflicts: [
    ["conflicts/up", "../project/planted.ts"],
    ["conflicts/effect", "zod"],
  ],
  inventory: [
    ["inventory/up", "../engine/planted.ts"],
    ["inventory/effect", "node:fs"],
  ],
  status: [
    ["status/up", "../drift/planted.ts"],
    ["status/effect", "node:fs"],
  ],
  project: [
    ["project/up", "../engine/planted.ts"],
    ["project/effect", "pg"],
  ],
  engine: [
    ["engine/up", "../operations/planted.ts"],
    ["engine/effect", "@pulumi/docker"],
  ],
  report: [
    ["report/up", "../operations/planted.ts"],
    ["report/effect", "node:fs"],
  ],
  drift: [
    ["drift/up", "../operations/planted.ts"],
    ["drift/effect", "dockerode"],
  ],
  operations: [
    ["operations/up", "../cli/planted.ts"],
    ["operations/beside", "../resources/planted.ts"],
    ["operations/effect", "@pulumi/random"],
  ],
  program: [
    ["program", "./cli/planted.ts"],
    ["program", "zod"],
  ],
  cli: [
    ["cli/beside", "../resources/planted.ts"],
    ["cli/effect", "@pulumi/docker"],
  ],
  berth: [
    ["berth", "./cli/planted.ts"],
    ["berth", "zod"],
  ],
  "pure-rooms-call-no-effects": [["drift/calls", "../host/planted.ts"]],
  "docker-has-one-port": [["host/port", "../docker/connection.ts"]],
  "every-file-has-a-room": [["utils/planted", "node:path"]],
};

let folder = "";
let refused: readonly string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-test-floors-"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
    cpSync(join(repository, name), join(folder, name));
  const texts = new Map<string, string>();
  for (const room of readdirSync(join(repository, "src"), { withFileTypes: true }).filter((each) => each.isDirectory()))
    texts.set(`${room.name}/planted`, "export const planted = 1;\n");
  for (const [file, imports] of Object.values(planted).flat())
    texts.set(
      file,
      `${texts.get(file) ?? ""}import * as own${texts.size} from "${imports}";\nvoid own${texts.size};\n`,
    );
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(folder, "src", file)), { recursive: true });
    writeFileSync(join(folder, "src", `${file}.ts`), text);
  }
  const cruiser = join(repository, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const { stdout } = spawnSync(process.execPath, [cruiser, "--output-type", "json", "src"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  refused = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(Object.keys(planted))("the rule %s refuses what is planted for it", (rule) => {
  for (const [file, imports] of planted[rule] ?? []) {
    const target = imports.replace(/^(?:\.\.?\/)+/, "src/").replace(/^node:/, "");
    const found = refused.filter((line) => line.startsWith(`${rule}: src/${file}.ts → `));
    expect(
      found.some((line) => line.includes(target) || rule === "every-file-has-a-room"),
      `${file} → ${imports}`,
    ).toBe(true);
  }
});

it("every folder of src has a rule of its own", () => {
  const folders = readdirSync(join(repository, "src"), { withFileTypes: true }).filter((each) => each.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !Object.hasOwn(planted, name))).toEqual([]);
});
