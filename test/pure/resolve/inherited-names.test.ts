import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { misnamedFindings } from "../../../src/config/stack-file.ts";
import { check } from "../../../src/conflicts/check.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { openProject, readSiblings } from "../../../src/project/project.ts";
import { remedyOf } from "../report/shown.ts";

/** Names that every object of JavaScript has: a lookup that is not careful finds them in every record. */
const inherited = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "toLocaleString",
  "propertyIsEnumerable",
  "__defineGetter__",
  "__lookupSetter__",
];

describe.each(inherited)("%s is a name like any other", (name) => {
  const root = mkdtempSync(join(tmpdir(), "berth-inherited-"));
  afterAll(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "blueprints"));
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
  write("blueprints/usual.yaml", "services: { web: { image: 'a:1', ports: ['8000:80'] } }\n");
  write(
    "blueprints/odd.yaml",
    `services:
  ${name}:
    image: a:1
    ports: ["8000:80"]
    environment: { ${name}: "\${${name}:-x}", A: "\${${name}:-x}" }
    volumes: ["${name}:/data"]
    networks: [${name}]
    depends_on: [other]
    secrets: [${name}]
    configs: [${name}]
  other: { image: "b:1", networks: [${name}] }
volumes: { ${name}: {} }
networks: { ${name}: {} }
secrets: { ${name}: {} }
configs: { ${name}: { content: x } }
x-berth:
  secrets: { ${name}: { generate: 32 } }
`,
  );
  write("Pulumi.plain.yaml", "config: { berth:blueprint: odd }\n");
  write("Pulumi.usual.yaml", "config: { berth:blueprint: usual, berth:ports: { web: 21998 } }\n");
  write(
    "Pulumi.set.yaml",
    `config:\n  berth:blueprint: odd\n  berth:ports: { ${name}: 21999 }\n  berth:images: { ${name}: "c:2" }\n  berth:services: { ${name}: { memory: 64M } }\n`,
  );

  it("of a service, variable, volume, network, secret, config, port and image", () => {
    const { deployments, findings } = readSiblings(openProject(root));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    const [plain, set, usual] = deployments;
    const service = plain?.containers.find(({ key }) => key === name);
    expect(service).toMatchObject({ image: "a:1", name: `plain_${name}` });
    expect(Object.keys(service?.environment ?? {})).toEqual(expect.arrayContaining(["A", name]));
    expect(set?.services.find(({ key }) => key === name)).toMatchObject({ image: "c:2" });
    expect(JSON.stringify(set?.services.find(({ key }) => key === name)?.ports)).toContain("21999");
    expect(usual?.services.map(({ key }) => key)).toEqual(["web"]);
    const claims = deployments.flatMap(claimsOf);
    expect(check({ claims, capacity: {}, findings: [], notLookedAt: [] })).toEqual([]);
  });

  it("but not of a stack", () => {
    write(`Pulumi.${name}.yaml`, "config: { berth:blueprint: usual }\n");
    const { deployments, unknown } = readSiblings(openProject(root));
    expect(deployments).toHaveLength(3);
    expect(unknown.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${name} is not a name for a stack`),
    ]);
  });
});

describe("a stack file whose name a command would take for something else", () => {
  it.each(["-s", "--cwd", "..", ".", ".hidden"])("%s is reported, and not a stack", (name) => {
    const root = mkdtempSync(join(tmpdir(), "berth-misnamed-"));
    try {
      writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
      writeFileSync(join(root, `Pulumi.${name}.yaml`), "config: {}\n");
      const { deployments, unknown } = readSiblings(openProject(root));
      expect(deployments).toEqual([]);
      expect(unknown).toMatchObject([{ code: "stack-unreadable", key: `Pulumi.${name}.yaml` }]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

it("a misnamed stack file gets a free name, and its remedy keeps every other file", () => {
  const root = mkdtempSync(join(tmpdir(), "berth-misnamed-"));
  try {
    writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    const long = "x".repeat(120);
    const names = [
      "constructor.yaml",
      "stack-constructor.yaml",
      "valueOf.yml",
      "a b.yaml",
      "a-b.yml",
      "ü.yaml",
      "-x.yaml",
    ];
    const all = [...names, "€.yaml", "$(touch x).yaml", "it's.yaml", `${long}.yaml`].map((name) => `Pulumi.${name}`);
    for (const file of all) writeFileSync(join(root, file), `# ${file}\n`);
    const found = misnamedFindings(root);
    expect(found.map(({ key }) => key).sort()).toEqual(
      all.filter((file) => !["Pulumi.stack-constructor.yaml", "Pulumi.a-b.yml"].includes(file)).sort(),
    );
    for (const finding of found) execFileSync("sh", ["-c", remedyOf(finding)], { cwd: root });
    expect(misnamedFindings(root)).toEqual([]);
    const texts = readdirSync(root).map((file) => readFileSync(join(root, file), "utf8"));
    expect(texts.sort()).toEqual(["name: shop\nruntime: nodejs\n", ...all.map((file) => `# ${file}\n`)].sort());
    const kept = readFileSync(join(root, "Pulumi.stack-constructor.yaml"), "utf8");
    expect(kept).toBe("# Pulumi.stack-constructor.yaml\n");
  } finally {
    rmSync(root, { recursive: true });
  }
});
