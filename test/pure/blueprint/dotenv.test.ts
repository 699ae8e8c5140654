import { describe, expect, it } from "vitest";
import { readDotenv, readRawVariables } from "../../../src/blueprint/dotenv.ts";

const outside = (name: string) =>
  name === "OUT" ? "outer" : name === "SECRET" ? { parts: [{ late: "SECRET" }] } : undefined;
const values = (text: string) =>
  Object.fromEntries([...readDotenv(text, outside).variables].map(([name, { value }]) => [name, value]));

describe("a file of variables is read as Compose reads it", () => {
  it.each([
    ["a plain value, its spaces cut", "A=  padded value  ", { A: "padded value" }],
    ["a comment after a space", "A=text # more\nB=a#b", { A: "text", B: "a#b" }],
    ["lines of comments and empty ones", "# a\n\n  # b\nA=1\n", { A: "1" }],
    ["export", "export A=1\nexport\tB=2", { A: "1", B: "2" }],
    ["a colon", "A: 1", { A: "1" }],
    ["nothing after =", "A=\nB=1", { A: "", B: "1" }],
    ["Windows' line ends and a byte order mark", "\uFEFFA=1\r\nB='x'\r\n", { A: "1", B: "x" }],
    ["single quotes, in which nothing is filled in", "A='a $OUT # \\n'", { A: "a $OUT # \\n" }],
    ["double quotes with backslashes", String.raw`A="tab\t\"q\" \$OUT \0101"`, { A: 'tab\t"q" $OUT A' }],
    ["a value over several lines", 'A="first\nsecond"\nB=1', { A: "first\nsecond", B: "1" }],
    ["a comment after quotes", "A='x' # y\nB=2", { A: "x", B: "2" }],
    [
      "variables of the file and from outside",
      "H=db.${OUT}\nU=pg://${H:-none}/x",
      { H: "db.outer", U: "pg://db.outer/x" },
    ],
    ["what is outside goes before the file's own", "OUT=inner\nA=$OUT", { OUT: "inner", A: "outer" }],
    ["a default", "A=${MISSING:-fallback}", { A: "fallback" }],
    ["a name alone takes the variable of that name", "OUT\nNONE\nA=1", { OUT: "outer", A: "1" }],
    ["a name alone at the end of the file", "A=1\nOUT", { A: "1", OUT: "outer" }],
    ["the last of two", "A=1\nA=2", { A: "2" }],
    ["a dollar sign that begins no variable", "A=5$ $$x", { A: "5$ $x" }],
    ["names with dots, dashes and brackets", "a.b-c[0]=1", { "a.b-c[0]": "1" }],
    ["a secret stays a variable", "A=x${SECRET}", { A: { parts: ["x", { late: "SECRET" }] } }],
  ])("%s", (_, text, expected) => {
    expect(values(text)).toEqual(expected);
    expect(readDotenv(text, outside).problems.filter(({ warning }) => !warning)).toEqual([]);
  });

  it.each([
    ["a quote that is not closed", "A=1\nB='x\ny", 2],
    ["a name with a space", "A=1\nB C=2", 2],
    ["a name with another character", "A=1\n\nB!=2", 3],
    ["a variable that is not closed", "A=${B", 1],
    ["a required variable", "A=${B:?must}", 1],
  ])("%s is a problem with its line, which quotes no value", (_, text, line) => {
    const { problems } = readDotenv(text, outside);
    expect(problems).toEqual([expect.objectContaining({ line })]);
  });
});

it("a raw file keeps all that follows the first =", () => {
  const { variables } = readRawVariables(`A='kept $as "it" is'\n# no\n  B=\${NOT} # x\nOUT\nNONE\n`, outside);
  expect([...variables].map(([name, { value }]) => [name, value])).toEqual([
    ["A", `'kept $as "it" is'`],
    ["B", "${NOT} # x"],
    ["OUT", "outer"],
  ]);
});
