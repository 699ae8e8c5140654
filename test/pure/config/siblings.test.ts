import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openProject, readDeployment, readSiblings } from "../../../src/project/project.ts";
import { shown } from "../report/shown.ts";

let root = "";
const stack = (name: string, text: string): void => writeFileSync(join(root, `Pulumi.${name}.yaml`), text);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-siblings-"));
  mkdirSync(join(root, "blueprints"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: berth\nconfig: { berth:blueprint: web }\n");
  writeFileSync(join(root, "blueprints", "web.yaml"), 'services: { web: { image: web:1, ports: ["8080:80"] } }\n');
  stack("good", "config: { berth:prefix: good }\n");
});
afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ["is empty", "", "Pulumi.bad.yaml is empty"],
  ["is not valid YAML", "config: [", "Pulumi.bad.yaml is not valid YAML"],
  ["is no map", "just text", "Pulumi.bad.yaml is not a map of keys"],
  [
    "has a list for its configuration",
    "config: [berth:prefix]",
    "Pulumi.bad.yaml has a config: that is not a map of keys",
  ],
])("a sibling whose file %s is told, and the others are read all the same", (_, text, message) => {
  stack("bad", text);
  const { deployments, findings } = readSiblings(openProject(root));
  expect(deployments.map(({ stack: name }) => name)).toEqual(["good"]);
  expect(findings).toEqual([
    expect.objectContaining({
      code: "stack-unreadable",
      severity: "error",
      wanted: expect.objectContaining({ stack: "bad" }) as unknown,
    }),
  ]);
  expect(findings[0]?.message).toContain(message);
});

it("a sibling whose blueprint has a mistake is told, with the stack that it stops", () => {
  stack("bad", "config: { berth:blueprint: broken }");
  writeFileSync(join(root, "blueprints", "broken.yaml"), "services: { web: { biuld: ., comand: run } }\n");
  const { deployments, findings } = readSiblings(openProject(root));
  expect(deployments).toHaveLength(1);
  expect(findings.map(({ wanted, severity }) => [wanted?.stack, wanted?.file, severity])).toEqual([
    ["bad", "blueprints/broken.yaml", "error"],
    ["bad", "blueprints/broken.yaml", "error"],
  ]);
});

it("a sibling that names no blueprint that is there is told, with the key that names it", () => {
  stack("bad", "config: { berth:blueprint: wbe }");
  expect(shown(readSiblings(openProject(root), "good").findings)).toEqual([
    expect.objectContaining({
      wanted: { stack: "bad", file: "Pulumi.bad.yaml", path: "berth:blueprint", line: 1 },
      remedy: "pulumi config set berth:blueprint web -s bad",
    }),
  ]);
});

it("a stack whose file ends in .yml is told: the engine would take another one, which is empty", () => {
  writeFileSync(join(root, "Pulumi.short.yml"), "config: { berth:prefix: short }\n");
  expect(readSiblings(openProject(root))).toMatchObject({
    deployments: [{ stack: "good" }],
    findings: [
      {
        code: "stack-unreadable",
        key: "Pulumi.short.yml",
        message: "Pulumi.short.yml is not read: beside a Pulumi.yaml the engine takes Pulumi.short.yaml",
        wanted: { stack: "short", file: "Pulumi.short.yml" },
        remedy: { kind: "shell", argv: ["mv", "-n", "Pulumi.short.yml", "Pulumi.short.yaml"] },
      },
    ],
  });
  expect(readDeployment(openProject(root), "shrt")).toMatchObject({
    findings: [{ message: "Pulumi.shrt.yaml does not exist; there is Pulumi.short.yml" }],
  });
  stack("short", "config: { berth:prefix: short }");
  expect(readSiblings(openProject(root))).toMatchObject({ deployments: [{}, { stack: "short" }], findings: [] });
});

it("a stack without a file has the project's defaults only when asked for by name: then it is a mistake", () => {
  expect(readDeployment(openProject(root), "goood")).toMatchObject({
    ok: false,
    findings: [{ code: "stack-unreadable", message: "Pulumi.goood.yaml does not exist; there is Pulumi.good.yaml" }],
  });
});

it("what the project says for all is no mistake of a stack whose blueprint has no use for it", () => {
  const common =
    "{ berth:ports: { value: { app: 8001 } }, berth:images: { value: { app: a } }, berth:settings: { value: { SMTP: x } } }";
  writeFileSync(join(root, "Pulumi.yaml"), `name: berth\nconfig: ${common}\n`);
  cpSync(new URL("../../../blueprints/platform.yaml", import.meta.url), join(root, "blueprints", "platform.yaml"));
  stack("good", "config: { berth:blueprint: web }\n");
  stack("platform", "config: { berth:blueprint: platform }\n");
  const { deployments, findings } = readSiblings(openProject(root));
  expect(findings).toEqual([]);
  const settings = deployments.flatMap(({ services }) =>
    services.map(({ key, environment }) => [key, environment["SMTP"]]),
  );
  expect(settings).toEqual([
    ["web", "x"],
    ["postgres", undefined],
    ["pgbouncer", undefined],
  ]);
});
