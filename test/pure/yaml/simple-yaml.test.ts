import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { simpleYaml } from "../../../src/yaml/simple-yaml.ts";
import { readAnyYaml, readYaml } from "../../../src/yaml/yaml-file.ts";

/** Mostly what is simple, at times what only looks like it. */
const mostly = (simple: string, others: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...simple.split("|")) },
    { weight: 1, arbitrary: fc.constantFrom(...others.split("|")) },
  );
const values = mostly(
  "0|1|-1|8780|0.5|-2.25|10.9.8.0/24|127.0.0.1|true|false|yes|http://x|v1:a+b/c=|Hospital B|São João|a:b|a#b|a - b|it's|a,b|'b'|\"b: #\"|''|a # c| # c|#c|  a|",
  "+1|007|0x1F|0o17|1_000|1e3|1.50|.5|-0|-0.0|1.2.3|12:30|9007199254740993|123456789012345|True|null|NULL|~|.inf|.NaN|" +
    "a: b|a #b|a |a:|'b' c|\"b\"#c|'it''s'|\"\\n\"|[b]|{ b: 1 }|&a b|*a|!!str b|@b|%b|>|- b|? b|\t|b\tc|#",
);
const keys = mostly("a|b|c|d|config|berth:ports|berth:a.b|encryptionsalt", "null|True|1|é|<<|a b|a:b:c|'a'|-|a ");
/** Lines of maps and lists that fit into each other, mostly. */
const { lines } = fc.letrec<{ lines: string[] }>((tie) => ({
  lines: fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(keys, values).map(([key, value]) => [`${key}: ${value}`]) },
        { weight: 1, arbitrary: values.map((value) => [`- ${value}`]) },
        { weight: 1, arbitrary: fc.constantFrom([""], ["# c"], ["  # c"], ["..."], ["---"], ["\t"]) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(keys, fc.constantFrom("", "  ", "    "), tie("lines"))
            .map(([key, indent, inner]) => [`${key}:`, ...inner.map((line) => indent + line)]),
        },
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((each) => each.flat()),
}));
const texts = fc.tuple(lines, fc.constantFrom("\n", "\n", "\n", "\r\n"), fc.constantFrom("", "\n", "\n\n", "  "));

describe("what is read as simple YAML", () => {
  it("says what the parser of all YAML says, and stands where that finds it", () => {
    let answered = 0;
    fc.assert(
      fc.property(texts, ([written, lineEnd, end]) => {
        const text = written.join(lineEnd) + end;
        if (simpleYaml(text) === undefined) return;
        answered += 1;
        expect(readYaml(text)).toEqual(readAnyYaml(text));
      }),
      { numRuns: 10_000 },
    );
    expect(answered).toBeGreaterThan(1_000);
  });

  it("is every stack file of the project", () => {
    const files = readdirSync(".").filter((name) => /^Pulumi\..+\.yaml$/.test(name));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(simpleYaml(readFileSync(file, "utf8")), file).toBeDefined();
  });

  it("is one with quotes and comments", () => {
    const text = `# the clinic\nconfig: # all of it\n  berth:prefix: 'b'   # short\n  berth:settings:\n    NAME: "Dr. O'Hara: 24 h"\n`;
    expect(simpleYaml(text)?.content).toEqual({
      config: { "berth:prefix": "b", "berth:settings": { NAME: "Dr. O'Hara: 24 h" } },
    });
  });

  it("is a stack's configuration as the engine writes it, its encrypted values too", () => {
    const content = {
      encryptionsalt: "v1:Zm9vYmFy:v1:a+b/c=:d==",
      config: {
        "berth:prefix": "hospital_b",
        "berth:domain": "b.hospital.example",
        "berth:ports": { app: 8780, admin: { port: 8443, address: "127.0.0.1" } },
        "berth:images": { app: "ghcr.io/org/eqmd:2.1" },
        "berth:settings": { HOSPITAL_NAME: "Hospital São João", DEBUG: false, RATE: 0.5 },
        "berth:secrets": { EMAIL_PASSWORD: { secure: "v1:abc+/=:def==" } },
        "berth:adopt": ["database", "static"],
        "berth:subnets": { default: "10.210.3.64/26" },
      },
    };
    expect(simpleYaml(stringify(content))?.content).toEqual(content);
    expect(simpleYaml(stringify(content, { indentSeq: false }))?.content).toEqual(content);
  });
});

it("a long line that is not simple is given up at once", () => {
  for (const piece of ["a", "é", " a", "a:"]) expect(simpleYaml(`a: ${piece.repeat(50_000)}{`)).toBeUndefined();
});

it.each([
  ["nothing", ""],
  ["a comment alone", "# nothing\n"],
  ["a quote in quotes", "a: 'it''s'"],
  ["an escape in quotes", 'a: "\\n"'],
  ["a quote that is not closed", "a: 'b"],
  ["a key in quotes", "'a': b"],
  ["a list on one line", "a: [b]"],
  ["a map on one line", "a: { b: 1 }"],
  ["an anchor", "a: &b c"],
  ["a text of many lines", "a: |\n  b"],
  ["a value on the next line", "a:\n  b"],
  ["a list of maps", "a:\n  - b: 1"],
  ["a key twice", "a: 1\na: 2"],
  ["an indentation that fits nothing", "a:\n    b: 1\n  c: 2"],
  ["a value with something beneath it", "a: b\n  c: 1"],
  ["a tab", "a:\n\tb: 1"],
  ["a line's end of Windows", "a: 1\r\nb: 2"],
  ["a number in another form", "a: 0x1F"],
  ["nothing in other words", "a: ~"],
  ["a key that is no text", "null: 1"],
])("%s is left to the parser of all YAML", (_, text) => expect(simpleYaml(text)).toBeUndefined());
