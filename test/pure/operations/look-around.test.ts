import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { answersOf } from "../../../src/cli/answers.ts";
import { lookAround } from "../../../src/operations/new-stack.ts";
import { openProject } from "../../../src/project/project.ts";

const root = mkdtempSync(join(tmpdir(), "berth-test-look-around-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("warns that the platform of a new stack is stopped: only its up needs it", async () => {
  mkdirSync(join(root, "blueprints"));
  for (const name of ["dna", "platform"])
    cpSync(join(import.meta.dirname, `../../../blueprints/${name}.yaml`), join(root, "blueprints", `${name}.yaml`));
  writeFileSync(join(root, "Pulumi.yaml"), "name: berth\nruntime: nodejs\n");
  writeFileSync(join(root, "Pulumi.platform.yaml"), "config:\n  berth:blueprint: platform\n  berth:running: false\n");
  const { answers } = answersOf("a", { blueprint: "dna", database: "platform", set: ["ADMIN_EMAIL=a@b.example"] });
  const { findings } = await lookAround(openProject(root), answers, false);
  expect(findings.map(({ code, severity, key }) => [code, severity, key])).toEqual([
    ["platform-unreachable", "warning", "platform"],
  ]);
});
