import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blueprintsOf, listBlueprints, loadBlueprint } from "../../../src/blueprint/load.ts";
import { parseBlueprint } from "../../../src/blueprint/parse.ts";
import { shown } from "../report/shown.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-blueprints-"));
  mkdirSync(join(root, "blueprints"));
  writeFileSync(join(root, "blueprints", "web.yaml"), "services: { web: { image: web:1 } }\n");
  writeFileSync(join(root, "blueprints", "api.yml"), "services: { api: { image: api:1 } }\n");
  writeFileSync(join(root, "compose.yaml"), "services: { own: { image: own:1 } }\n");
});
afterEach(() => rmSync(root, { recursive: true }));

it("a project's blueprints are listed by name", () => {
  expect(listBlueprints(root)).toEqual(["api", "web"]);
  expect(listBlueprints(join(root, "nowhere"))).toEqual([]);
});

describe("a blueprint is found", () => {
  it.each([
    ["web", "blueprints/web.yaml", "web"],
    ["api", "blueprints/api.yml", "api"],
    ["compose.yaml", "compose.yaml", "own"],
    ["./compose.yaml", "compose.yaml", "own"],
    ["blueprints/web.yaml", "blueprints/web.yaml", "web"],
  ])("by %s", (name, file, service) => {
    expect(loadBlueprint(root, name)).toMatchObject({ ok: true, value: { name, file, order: [service] } });
  });

  it("by an absolute path", () => {
    const path = join(root, "compose.yaml");
    expect(loadBlueprint("/", path)).toMatchObject({ ok: true, value: { file: path } });
  });
});

it("one that is missing names the stack's key, and a command for the nearest", () => {
  const source = { file: "Pulumi.b.yaml", path: "berth:blueprint", line: 2 };
  expect(shown(loadBlueprint(root, "wbe", { stack: "b", source }).findings)).toEqual([
    expect.objectContaining({
      message: "there is no blueprint wbe",
      allowed: "api, web, or the path of a Compose file",
      wanted: source,
      remedy: "pulumi config set berth:blueprint web -s b",
    }),
  ]);
});

it("one that cannot be read says why", () => {
  mkdirSync(join(root, "blueprints", "folder.yaml"));
  expect(loadBlueprint(root, "folder").findings[0]?.message).toBe("blueprints/folder.yaml is a folder");
});

it("each file is read once, and a missing one is told to everyone who asks", () => {
  const blueprints = blueprintsOf(root);
  const first = blueprints("web");
  writeFileSync(join(root, "blueprints", "web.yaml"), "broken: [");
  expect(blueprints("web")).toBe(first);
  const asked = (stack: string) => ({ stack, source: { file: `Pulumi.${stack}.yaml`, path: "berth:blueprint" } });
  expect(blueprints("none", asked("a")).findings[0]?.wanted?.file).toBe("Pulumi.a.yaml");
  expect(blueprints("none", asked("b")).findings[0]?.wanted?.file).toBe("Pulumi.b.yaml");
});

describe("where something stands in a blueprint", () => {
  const text =
    'x-env: &env\n  A: b\nservices:\n  web:\n    image: web:1\n    environment: *env\n    ports:\n      - "80:80"\n      - "81:81"\n';
  const parsed = parseBlueprint(text, "web", "web.yaml");

  it.each([
    [["services", "web"], "services.web", 4],
    [["services", "web", "image"], "services.web.image", 5],
    [["services", "web", "ports", 1], "services.web.ports[1]", 9],
    [["services", "web", "ports", 7], "services.web.ports[7]", 7],
    [["services", "web", "environment", "A"], "services.web.environment.A", 2],
    [["volumes"], "volumes", undefined],
  ])("%j", (path, key, line) => {
    expect(parsed.ok && parsed.value.source(path)).toEqual({ file: "web.yaml", path: key, line });
  });
});

it("services start after those they depend on, ties in the order of the file", () => {
  const parsed = parseBlueprint(
    "services:\n  c: { image: a:1, depends_on: [b] }\n  a: { image: a:1 }\n  b: { image: a:1, depends_on: [d] }\n  d: { image: a:1 }\n",
    "x",
    "x.yaml",
  );
  expect(parsed.ok && parsed.value.order).toEqual(["d", "b", "c", "a"]);
});
