import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { blueprintSchema } from "../../../src/blueprint/schema.ts";
import { stackSchema } from "../../../src/config/schema.ts";
import { jsonSchemaOf } from "../../../scripts/docs/json-schema.ts";
import { keysOf } from "../../../scripts/docs/keys.ts";
import { parseStack } from "../../../src/config/stack-file.ts";

const root = resolve(import.meta.dirname, "../../..");
const ajv = new Ajv({ allErrors: true, jsonPointers: true });
const validate = (name: string): ValidateFunction =>
  ajv.compile(JSON.parse(readFileSync(join(root, "docs/reference", name), "utf8")) as object);
const stackFile = validate("stack.schema.json");
const blueprint = validate("blueprint.schema.json");

/** Where a schema refuses a text, and the key or the sentence that an editor shows there. */
function problems(validate: ValidateFunction, text: string): string[] {
  if (validate(parse(text, { merge: true }))) return [];
  return (validate.errors ?? []).map(({ dataPath, params, message }) => {
    const { additionalProperty = message } = params as { additionalProperty?: string };
    return `${dataPath}: ${additionalProperty}`;
  });
}

const files = (folder: string, form: RegExp, recursive = false): string[] =>
  readdirSync(join(root, folder), { recursive, encoding: "utf8" })
    .filter((name) => form.test(name))
    .map((name) => join(folder, name));

describe("the schema of a stack file", () => {
  const stackFiles = [
    ...files(".", /^Pulumi\.[\w-]+\.yaml$/),
    ...files("examples", /(?:^|\/)Pulumi\.[\w-]+\.yaml$/, true),
  ];
  it("has stack files to read", () => expect(stackFiles).toContain("Pulumi.hospital-a.yaml"));

  it.each(stackFiles)("accepts %s", (file) => {
    expect(problems(stackFile, readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  it("accepts what Pulumi writes: its own keys, encrypted values, and texts for values without a path", () => {
    const text = `encryptionsalt: v1:abc:v1:def
secretsprovider: passphrase
config:
  berth:running: "false"
  berth:ports: '{"app": 8780}'
  berth:adopt: '["database"]'
  berth:secrets: { EMAIL_PASSWORD: { secure: "v1:…" } }
  berth:services: { app: { cpus: "0.5", memory: 512M, replicas: 2 } }
  berth:database: platform
  docker:host: ssh://ops@far
`;
    expect(problems(stackFile, text)).toEqual([]);
    expect(parseStack(text, "a", "Pulumi.a.yaml")).toMatchObject({ ok: true });
  });

  it.each([
    ["a misspelled key", "config: { berth:prefx: hospital_b }", "/config: berth:prefx"],
    [
      "a misspelled key within",
      "config: { berth:services: { app: { memroy: 1G } } }",
      "/config/berth:services/app: memroy",
    ],
    ["a key that Pulumi does not have", "confg: { berth:prefix: hospital_b }", ": confg"],
    ["a path in place of a map", "config: { 'berth:ports.app': 8780 }", "/config: berth:ports.app"],
  ])("refuses %s", (_, text, problem) => expect(problems(stackFile, text)).toContain(problem));

  it.each([
    ["berth:prefix: Hospital-B", "/config/berth:prefix"],
    ["berth:ports: { app: 80 }", "/config/berth:ports/app"],
    ["berth:running: perhaps", "/config/berth:running"],
    ["berth:domain: https://b.example", "/config/berth:domain"],
  ])("refuses %s, as the program does", (line, place) => {
    const text = `config:\n  ${line}\n`;
    expect(problems(stackFile, text).map((problem) => problem.split(": ")[0])).toContain(place);
    expect(parseStack(text, "a", "Pulumi.a.yaml")).toMatchObject({ ok: false });
  });
});

describe("the schema of a blueprint", () => {
  it.each(files("blueprints", /\.yaml$/))("accepts %s", (file) => {
    expect(problems(blueprint, readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  it.each([
    ["a misspelled key of x-berth", "services: { app: { image: a } }\nx-berth: { helth: / }", "/x-berth: helth"],
    ["a misspelled key of a build", "services: { app: { build: { contxt: . } } }", "/services/app/build: contxt"],
    ["a misspelled key at the top", "service: { app: { image: a } }", ": service"],
  ])("refuses %s", (_, text, problem) => expect(problems(blueprint, text)).toContain(problem));

  it("accepts anchors under keys that begin with x-", () => {
    const text = "x-limits: &limits { cpus: 1 }\nservices: { app: { image: a, <<: *limits } }";
    expect(problems(blueprint, text)).toEqual([]);
  });
});

it.each([
  ["configuration.md", "stack.schema.json", ""],
  ["blueprints.md", "blueprint.schema.json", "../"],
])("%s links to %s, and gives the line for editors", (page, schema, up) => {
  const text = readFileSync(join(root, "docs/reference", page), "utf8");
  const paths = [...text.matchAll(/^# yaml-language-server: \$schema=(\S+)$/gm)].map(([, path]) => path);
  expect(paths).toEqual([`${up}node_modules/berth/docs/reference/${schema}`]);
  expect(text).toContain(`](${schema})`);
});

it("packages contain the schemas, and VS Code applies them in a clone", () => {
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("docs/reference/*.schema.json");
  const settings = JSON.parse(readFileSync(join(root, ".vscode/settings.json"), "utf8")) as object;
  expect(settings).toEqual({
    "yaml.schemas": {
      "./docs/reference/stack.schema.json": "Pulumi.*.yaml",
      "./docs/reference/blueprint.schema.json": "blueprints/*.yaml",
    },
  });
});

it("every key has a sentence about what is allowed, which messages, editors and the reference show", () => {
  const keys = [stackSchema, blueprintSchema].flatMap((schema) => keysOf(jsonSchemaOf(schema)).slice(1));
  expect(keys.flatMap(({ path, allowed }) => (allowed === "" ? [path] : []))).toEqual([]);
});
