import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadBlueprint } from "../../../src/blueprint/load.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-files-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
const settings: Readonly<Record<string, string>> = { SET: "set" };
const load = (...names: string[]) =>
  loadBlueprint(root, names, {
    stack: "a",
    source: { file: "Pulumi.a.yaml", path: "berth:blueprint" },
    lookup: (name) => (name === "SECRET" ? { parts: [{ late: name }] } : settings[name]),
  });
const service = (key: string, ...names: string[]) => {
  const loaded = load(...names);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
  return loaded.value.services[key];
};
const messages = (...names: string[]) =>
  load(...names).findings.map(({ message, wanted }) => `${wanted?.file ?? ""}:${wanted?.line ?? 0} ${message ?? ""}`);

describe("several files are merged in their order", () => {
  it("lists are appended, maps merged, the command replaced, mounts told apart by their target", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", command: one, environment: [A=1, B=1], ports: ["8090:80"], volumes: ["data:/data"] } }\nvolumes: { data: }`,
      "b.yaml": `services: { app: { command: [two], environment: { B: 2, C: 3 }, ports: ["8091:81", "8090:80"], volumes: ["other:/data/"] } }\nvolumes: { other: }`,
    });
    expect(service("app", "./a.yaml", "./b.yaml")).toMatchObject({
      command: ["two"],
      environment: { A: "1", B: "2", C: "3" },
      ports: ["8090:80", "8091:81"],
      volumes: ["other:/data/"],
    });
  });

  it("reset removes what an earlier file says, and override replaces it", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", command: run, environment: { A: 1, B: 2 }, cap_add: [NET_RAW], ports: ["1:1"] } }`,
      "b.yaml": `services: { app: { command: !reset null, environment: { A: !reset null }, cap_add: !reset [], ports: !override ["2:2"] } }`,
    });
    const app = service("app", "./a.yaml", "./b.yaml");
    expect(app).toMatchObject({ environment: { B: "2" }, ports: ["2:2"] });
    expect(app).not.toHaveProperty("command");
    expect(app).not.toHaveProperty("cap_add");
  });

  it("a finding names the file and line of the value", () => {
    write({ "a.yaml": `services:\n  app:\n    image: a:1`, "b.yaml": `services:\n  app:\n\n    imgae: b:1` });
    expect(messages("./a.yaml", "./b.yaml")).toEqual(["b.yaml:4 the key imgae is not supported"]);
  });

  it("a map where another file has a list is a finding", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", ports: ["1:1"] } }`,
      "b.yaml": `services: { app: { ports: { a: b } } }`,
    });
    expect(messages("./a.yaml", "./b.yaml")[0]).toContain("b.yaml:1 one file has a map, a list or a value");
  });
});

describe("a service extends another one", () => {
  it("of the same file, which is not changed by it", () => {
    write({
      "a.yaml": `services:\n  base: { image: "a:1", environment: { A: base, B: base }, labels: [x=1] }\n  app: { extends: base, environment: { B: own }, command: serve }`,
    });
    expect(service("app", "./a.yaml")).toMatchObject({
      image: "a:1",
      environment: { A: "base", B: "own" },
      labels: { x: "1" },
      command: "serve",
    });
    expect(service("base", "./a.yaml")).not.toHaveProperty("command");
  });

  it("of another file, whose paths are relative to it, through several", () => {
    write({
      "a.yaml": `services: { app: { extends: { file: common/b.yaml, service: web } } }`,
      "common/b.yaml": `services: { web: { extends: { file: deep/c.yaml, service: base }, env_file: web.env, volumes: ["./conf:/conf:ro"] } }`,
      "common/deep/c.yaml": `services: { base: { image: "c:1", volumes: ["./x:/x", "/abs:/abs", "../y:/y"] } }`,
      "common/web.env": "FROM=file\n",
    });
    expect(service("app", "./a.yaml")).toMatchObject({
      image: "c:1",
      environment: { FROM: "file" },
      volumes: ["./common/deep/x:/x", "/abs:/abs", "./common/y:/y", "./common/conf:/conf:ro"],
    });
  });

  it.each([
    [
      "itself through another",
      `a: { extends: b }, b: { extends: a }`,
      "services extend each other in a circle: a in a.yaml → b in a.yaml → a in a.yaml",
    ],
    ["one that is not there", `app: { image: "a:1" }, b: { extends: ap }`, "a.yaml has no service ap"],
    ["one of a file that is not there", `b: { extends: { file: none.yaml, service: a } }`, "none.yaml does not exist"],
    ["nothing that has a name", `b: { image: "b:1", extends: [a] }`, "it does not name a service"],
  ])("%s is a finding", (_, services, message) => {
    write({ "a.yaml": `services: { ${services} }` });
    expect(messages("./a.yaml").join("\n")).toContain(message);
  });
});

describe("a file includes others", () => {
  it("their paths and variables are relative to them, and its own content goes first", () => {
    write({
      "a.yaml": `include: [parts/db.yaml]\nservices: { app: { image: "a:\${TAG:-none}", depends_on: [db] } }`,
      "parts/db.yaml": `services: { db: { image: "db:\${TAG:-none}", volumes: ["store:/store", "./init.sql:/init.sql:ro"] } }\nvolumes: { store: }`,
      "parts/.env": "TAG=7\n",
    });
    expect(service("db", "./a.yaml")).toMatchObject({
      image: "db:7",
      volumes: ["store:/store", "./parts/init.sql:/init.sql:ro"],
    });
    expect(service("app", "./a.yaml")).toMatchObject({ image: "a:${TAG:-none}" });
  });

  it("several as one, with a folder and variables of their own", () => {
    write({
      "a.yaml": `include: [{ path: [parts/a.yaml, parts/b.yaml], project_directory: ., env_file: parts/db.env }]\nservices: { app: { image: "a:1" } }`,
      "parts/a.yaml": `services: { db: { image: "db:\${TAG}", volumes: ["./x:/x"] } }`,
      "parts/b.yaml": `services: { db: { environment: { MORE: "1" } } }`,
      "parts/db.env": "TAG=7\nSET=not-this\n",
    });
    expect(service("db", "./a.yaml")).toMatchObject({ image: "db:7", environment: { MORE: "1" }, volumes: ["./x:/x"] });
  });

  it.each([
    [
      "in a circle",
      { "b.yaml": "include: [a.yaml]" },
      "b.yaml:1 files include each other in a circle: a.yaml → b.yaml → a.yaml",
    ],
    ["one that is not there", {}, "b.yaml:0 b.yaml does not exist"],
  ])("%s is a finding", (_, files, message) => {
    write({ "a.yaml": `include: [b.yaml]\nservices: { app: { image: "a:1" } }`, ...files });
    expect(messages("./a.yaml")).toContain(message);
  });
});

describe("a service's files of variables", () => {
  it("the last file goes first, and the environment before all of them", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", env_file: [a.env, { path: b.env }], environment: { C: own } } }`,
      "a.env": "A=a\nB=a\nC=a\nMONEY='5$'\nTOKEN=x$SECRET\n",
      "b.env": "B=b$A\n",
    });
    expect(service("app", "./a.yaml")?.environment).toEqual({
      A: "a",
      B: "ba",
      C: "own",
      MONEY: "5$$",
      TOKEN: "x${SECRET}",
    });
  });

  it("one that is not there is a finding, unless it is not required or the service may not run", () => {
    write({
      "a.yaml": `services:\n  app:\n    image: a:1\n    env_file:\n      - none.env\n  b: { image: "b:1", env_file: [{ path: none.env, required: false }] }\n  c: { image: "c:1", profiles: [x], env_file: none.env }`,
    });
    expect(messages("./a.yaml")).toEqual(["a.yaml:5 none.env does not exist"]);
  });

  it("labels come from files as well", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", label_file: a.labels, labels: { b: kept } } }`,
      "a.labels": "a=1\nb=2\n",
    });
    expect(service("app", "./a.yaml")?.labels).toEqual({ a: "1", b: "kept" });
  });
});

describe(".env beside the blueprint", () => {
  it("gives variables what the stack does not set", () => {
    write({
      "a.yaml": `services: { app: { image: "a:1", networks: ["\${NET}"] } }\nnetworks: { inner: , set: }`,
      ".env": "NET=inner\nSET=x\nURL=a://$SET\n",
    });
    const loaded = load("./a.yaml");
    expect(loaded.ok && [...loaded.value.dotenv]).toEqual([
      ["NET", "inner"],
      ["SET", "x"],
      ["URL", "a://set"],
    ]);
    expect(service("app", "./a.yaml")?.networks).toEqual({ inner: null });
  });

  it("is ignored where it is a folder", () => {
    write({ "a.yaml": `services: { app: { image: "a:1" } }`, ".env/x": "" });
    expect(messages("./a.yaml")).toEqual([]);
  });
});

it("a secret cannot decide what a blueprint consists of", () => {
  write({ "a.yaml": `services: { app: { image: "a:1", networks: ["\${SECRET}"] } }` });
  expect(messages("./a.yaml")[0]).toContain("SECRET cannot be used here");
});

it("an entry of a list that a later one of the same file replaces is a warning", () => {
  write({ "a.yaml": `services: { app: { image: "a:1", devices: ["/dev/a:/dev/x", "/dev/b:/dev/x"] } }` });
  expect(load("./a.yaml")).toMatchObject({
    ok: true,
    findings: [{ severity: "warning", key: "services.app.devices[0]" }],
  });
});

it("files outside of the folder that reading is confined to are not read, whatever names them", () => {
  const outside = mkdtempSync(join(tmpdir(), "berth-outside-"));
  writeFileSync(join(outside, "x.env"), "A=1\n");
  writeFileSync(join(outside, "x.yaml"), `services: { x: { image: "x:1" } }`);
  symlinkSync(join(outside, "x.env"), join(root, "link.env"));
  write({
    "a.yaml": `include: [${outside}/x.yaml]\nservices: { app: { image: "a:1" } }`,
    "b.yaml": `services: { app: { extends: { file: ${outside}/x.yaml, service: x } } }`,
    "c.yaml": `services: { app: { image: "a:1", env_file: link.env } }`,
    "d.yaml": `services: { app: { image: "a:1", label_file: ${outside}/x.env } }`,
  });
  vi.stubEnv("BERTH_READ_WITHIN", root);
  for (const name of ["./a.yaml", "./b.yaml", "./c.yaml", "./d.yaml"])
    expect(messages(name).join("\n")).toContain("forbids reading there");
  rmSync(outside, { recursive: true });
});
