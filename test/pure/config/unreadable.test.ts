import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readText } from "../../../src/disk/read-text.ts";
import { projectDefaults } from "../../../src/config/project-defaults.ts";
import { openProject, readSiblings } from "../../../src/project/project.ts";

let root = "";
const at = (name: string): string => join(root, name);
const put = (name: string, text: string | Buffer): void => writeFileSync(at(name), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-unreadable-"));
  mkdirSync(at("blueprints"));
  put("blueprints/web.yaml", "services: { web: { image: 'web:1' } }\n");
  put("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
  put("Pulumi.good.yaml", "config:\n  berth:blueprint: web\n");
});
afterEach(() => rmSync(root, { recursive: true }));

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");
const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
const bomb = `a: &a [${"x,".repeat(9)}]\n${[..."bcdefghi"].map((key, index) => `${key}: &${key} [${`*${"abcdefghi"[index]},`.repeat(9)}]`).join("\n")}\n`;

/** Files that no reader may read to their end, and what is said of them. */
const files: [string, () => void, string][] = [
  ["a folder", () => mkdirSync(at("bad")), "is a folder"],
  ["a named pipe", () => execFileSync("mkfifo", [at("bad")]), "is a named pipe"],
  ["an endless device", () => symlinkSync("/dev/zero", at("bad")), "is a device"],
  ["a terminal", () => symlinkSync("/dev/tty", at("bad")), "is a"],
  ["a link to itself", () => symlinkSync(at("bad"), at("bad")), "is a link that leads to itself"],
  ["a scalar of 60 MB", () => put("bad", `config: ${"a".repeat(60_000_000)}`), "is larger than 1 MiB"],
  ["something other than text", () => put("bad", Buffer.from([0x63, 0x3a, 0xff, 0xfe])), "is not text in UTF-8"],
  [
    "300,000 keys",
    () =>
      put(
        "bad",
        many(300_000, (index) => `k${index}: 1`),
      ),
    "is larger than 1 MiB",
  ],
  [
    "100,000 keys",
    () =>
      put(
        "bad",
        many(100_000, (index) => `k${index}:`),
      ),
    "more than 20000 lines or items",
  ],
  ["a list of 200,000 items", () => put("bad", `a: [${"1,".repeat(200_000)}]`), "more than 20000 lines or items"],
  ["deep lists", () => put("bad", `a: ${nested(10_000, "[", "]")}`), "levels of nesting"],
  ["deep maps", () => put("bad", nested(5_000, "{a: ", "}")), "levels of nesting"],
  ["nesting that a parser bears, and no more", () => put("bad", `a: ${nested(100, "[", "]")}`), "levels of nesting"],
  ["an alias bomb", () => put("bad", bomb), "an alias"],
  [
    "aliases of a large list",
    () => put("bad", `a: &a [${"1,".repeat(9000)}]\nb: [${"*a,".repeat(50)}]\n`),
    "an alias (*name) that stands for nothing, itself or too much",
  ],
  ["an alias to itself", () => put("bad", "a: &a [*a]\n"), "an alias"],
  ["a line that only looks simple", () => put("bad", `a: b${" ".repeat(900_000)}\u0001`), "a control character"],
  [
    "many mistakes",
    () =>
      put(
        "bad",
        many(9_000, (index) => `k${index}: : : [`),
      ),
    "not valid YAML",
  ],
];

describe("one bad stack file is one finding, soon, and the other stacks are read", () => {
  it.each(files)("%s", (_, make, message) => {
    make();
    symlinkSync("bad", at("Pulumi.bad.yaml"));
    const begin = performance.now();
    const { deployments, unknown } = readSiblings(openProject(root));
    expect(deployments.map(({ stack }) => stack)).toEqual(["good"]);
    expect(unknown[0]).toMatchObject({ code: "stack-unreadable", wanted: { stack: "bad" } });
    expect(unknown[0]?.message).toContain(message);
    expect(unknown.length).toBeLessThan(11);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});

describe("one bad blueprint is one finding, which quotes nothing of it", () => {
  const bad = (): readonly { message?: string }[] => {
    put("Pulumi.bad.yaml", "config:\n  berth:blueprint: ./bad\n");
    const { deployments, unknown } = readSiblings(openProject(root));
    expect(deployments.map(({ stack }) => stack)).toEqual(["good"]);
    return unknown;
  };

  it.each(files)("%s", (_, make) => {
    make();
    expect(bad()).toHaveLength(1);
  });

  it.each([
    ["accounts", "root:x:0:0:needle:/root:/bin/bash\ndaemon:x:1:1:needle:/usr/sbin:/usr/sbin/nologin\n"],
    ["a key", "-----BEGIN PRIVATE KEY-----\nneedle\n-----END PRIVATE KEY-----\n"],
    ["variables", "PASSWORD=needle\nTOKEN=needle\n"],
    ["YAML of something else", "password: needle\nneedle: 1\n"],
    ["services that are none", "services: needle\n"],
    ["JSON", '{"auths":{"needle":{"auth":"needle"}}}'],
    ["a list", "- needle\n- needle\n"],
  ])("%s", (_, text) => {
    put("bad", text);
    const [first, ...more] = bad();
    expect(more).toEqual([]);
    expect(first?.message).toBe("bad is not a Compose file");
    expect(JSON.stringify(first)).not.toContain("needle");
  });
});

describe("a blueprint's text that would take for ever is a finding", () => {
  const web = (rest: string): string[] => {
    put("blueprints/web.yaml", `services:\n  web:\n    image: web:1\n    environment:\n      A: "\${A-x}"\n${rest}`);
    return readSiblings(openProject(root)).findings.map(({ message = "" }) => message);
  };

  it("variables nested 10,000 deep", () => {
    expect(web(`      B: "${"${A:-".repeat(10_000)}${"}".repeat(10_000)}"\n`)).toEqual([
      "${ is nested more than 50 times",
    ]);
  });

  it("a text that grows beyond all bounds by its variables", () => {
    put("Pulumi.good.yaml", `config:\n  berth:blueprint: web\n  berth:settings: { A: ${"a".repeat(100_000)} }\n`);
    expect(web(`      B: "${"$A".repeat(10_000)}"\n`)).toEqual(["the text is longer than 256 KiB"]);
  });

  it.each([
    ["a pattern that is exponential for JavaScript", "(a+)+b", "checklist"],
    ["one that is polynomial", "a*a*a*a*a*a*a*a*b", "checklist"],
    ["one of too many steps", "(a{1000}){50}", "RE2"],
    ["one with a lookahead", "(?=a)a", "RE2"],
    ["one that is nested too deeply", "(".repeat(240) + ")".repeat(240), undefined],
  ])("%s", (_, pattern, said) => {
    put("Pulumi.good.yaml", `config:\n  berth:blueprint: web\n  berth:settings: { A: ${"a".repeat(5_000)}! }\n`);
    const begin = performance.now();
    const messages = web(`x-berth:\n  checklist: [{ point: checklist, variable: A, matches: '${pattern}' }]\n`);
    expect(performance.now() - begin).toBeLessThan(5_000);
    if (said === "checklist") expect(messages.join()).toContain("checklist: found");
    else expect(messages).toHaveLength(1);
  });
});

describe("what may only be read within a folder", () => {
  it("is not read elsewhere, by a path or by a link", () => {
    const outside = mkdtempSync(join(tmpdir(), "berth-outside-"));
    try {
      writeFileSync(join(outside, "secret.yaml"), "services: { web: { image: 'needle:1' } }\n");
      symlinkSync(join(outside, "secret.yaml"), at("link.yaml"));
      symlinkSync(outside, at("folder"));
      symlinkSync("blueprints/web.yaml", at("inside.yaml"));
      for (const path of [join(outside, "secret.yaml"), at("link.yaml"), at("folder/secret.yaml"), at("../x")])
        expect(() => readText(path, root)).toThrow("is outside of");
      expect(readText(at("inside.yaml"), root)).toContain("web:1");
      expect(readText(at("link.yaml"))).toContain("needle");
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});

it("a Pulumi.yaml that cannot be read says why", () => {
  rmSync(at("Pulumi.yaml"));
  execFileSync("mkfifo", [at("Pulumi.yaml")]);
  expect(() => projectDefaults(root)).toThrow("Pulumi.yaml is a named pipe, not a file");
});
