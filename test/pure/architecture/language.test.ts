import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..", "..", "..", "src");

/** What messages and help do not say, with what they say instead. */
const avoided: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/(?<!there )\bis no (?!longer\b)/i, "is not a valid X"],
  [/\btakes no (?!less\b|more\b)/i, "does not accept X"],
  [/\b(?:somebody|everybody|whoever|nobody else)\b/i, "the name of the container, role or stack"],
  [/\b(?:tells?|told)\b/i, "report, show, print, detect"],
  [/\b(?:made anew|mend(?:s|ed)?|by hand)\b/i, "recreated, fix, manually or outside Pulumi"],
  [/\bnot looked at\b|\blook(?:ing)? at\b/i, "not checked, check, inspect"],
  [/\b(?:held? against|hold all)\b/i, "compare, check"],
  [/\bway out\b|\btime to stop\b|\breading only\b|\btruths\b/i, "internal, stop timeout, read-only, booleans"],
  [/, too[.;]?$/i, "a sentence of its own"],
];

/** Texts of a file that people may read: literals of more than one word, as far as no program reads them. */
function textsOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    else if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("X"));
    if (!isImport) ts.forEachChild(node, visit);
  };
  visit(file);
  return texts.filter((text) => text.trim().includes(" "));
}

describe("messages and help", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const texts = files.flatMap((name) => textsOf(join(source, name)).map((text) => [name, text] as const));

  it("are found: there are hundreds", () => expect(texts.length).toBeGreaterThan(500));

  it.each(avoided)("do not say %s; better: %s", (pattern) => {
    expect(texts.filter(([, text]) => pattern.test(text))).toEqual([]);
  });
});
