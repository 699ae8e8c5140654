import { expect, it } from "vitest";
import { readComposeYaml } from "../../../src/yaml/compose-yaml.ts";
import { plain, placeOf } from "../../../src/yaml/tree.ts";

const documents = (text: string) => {
  const read = readComposeYaml(text, "compose.yaml");
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.documents;
};
const content = (text: string) => documents(text).map(({ tree }) => plain(tree));
const problems = (text: string) => {
  const read = readComposeYaml(text, "compose.yaml");
  return "problems" in read ? read.problems : [];
};

it.each([
  ["0022", 18],
  ["0o17", 15],
  ["0x1F", 31],
  ["0b11", 3],
  ["1_000", 1000],
  ["08", 8],
  ["1.50", 1.5],
  ["1e3", 1000],
  ["-7", -7],
  ["123456789012345678", "123456789012345678"],
  ["2024-01-02", "2024-01-02 00:00:00 +0000 UTC"],
  ["2024-01-02T03:04:05Z", "2024-01-02 03:04:05 +0000 UTC"],
  ["2024-13-02", "2024-13-02"],
  ["12:30:45", "12:30:45"],
  ["yes", "yes"],
  ["off", "off"],
  ["True", true],
  ["~", null],
  ["'0022'", "0022"],
  ["!!str 0022", "0022"],
])("%s without quotes is what Compose makes of it", (typed, value) => {
  expect(content(`a: ${typed}`)).toEqual([{ a: value }]);
});

it("a key of a map's own goes before merged ones, and an earlier map before a later one", () => {
  const text = "x: &x { A: 1, B: 1 }\ny: &y { B: 2, C: 2 }\nz: { <<: [*x, *y], C: 3 }";
  expect(content(text)).toMatchObject([{ z: { A: 1, B: 1, C: 3 } }]);
});

it("a value that an alias brings stands where the anchor is", () => {
  const [document] = documents("x: &x\n  A: b\ny:\n  z: *x\n");
  expect(document && placeOf(document.tree, ["y", "z", "A"])).toEqual({ file: "compose.yaml", line: 2 });
});

it("reset and override are kept beside the content", () => {
  const [document] = documents("a: { b: !reset null, c: !override [1] }");
  expect(document && plain(document.tree)).toEqual({ a: { c: [1] } });
  expect(document?.resets).toEqual([
    ["a", "b"],
    ["a", "c"],
  ]);
});

it("a file may have several documents, and hundreds of aliases", () => {
  expect(content("a: 1\n---\nb: 2\n")).toEqual([{ a: 1 }, { b: 2 }]);
  const many = Array.from({ length: 500 }, (_, index) => `s${index}: *x`).join("\n");
  expect(content(`x: &x { A: 1 }\n${many}`)).toMatchObject([{ s499: { A: 1 } }]);
});

it("names of object members are keys like others", () => {
  expect(Object.keys(content("__proto__: { a: 1 }\nconstructor: 2")[0] as object)).toEqual([
    "__proto__",
    "constructor",
  ]);
});

it.each([
  [
    "aliases that stand for a billion values",
    [
      "a: &a [1,1,1,1,1,1,1,1,1,1]",
      ..."bcdefghi".split("").map((key, index) => {
        const before = "abcdefghi"[index] ?? "";
        return `${key}: &${key} [${Array.from({ length: 10 }, () => `*${before}`).join(",")}]`;
      }),
    ].join("\n"),
    "100,000 values",
  ],
  ["an alias to nothing", "a: *b", "stands for nothing"],
  ["an alias to what is around it", "a: &a { b: *a }", "stands for nothing, or for itself"],
  ["a key twice", "a: 1\na: 2", "twice"],
  ["a key that is a number", "1: a", "not text"],
  ["a tag of another program", "a: !vault x", "Compose does not know"],
  ["a merge of a text", "a: { <<: b }", "merge key"],
])("%s is refused", (_, text, reason) => {
  expect(problems(text)).toHaveLength(1);
  expect(problems(text)[0]?.message).toContain(reason);
});
