import { type Document, type ErrorCode, isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";

/** A text that is YAML, as plain data, and where things stand in it. */
export interface YamlFile {
  readonly content: unknown;
  readonly has: (path: readonly (string | number)[]) => boolean;
  /** The line of a key, or of the nearest thing around it that has one. */
  readonly line: (path: readonly (string | number)[]) => number | undefined;
  /** A value as it was typed, where it was typed without quotes; `007` is the number 7 then. */
  readonly typed: (path: readonly (string | number)[]) => string | undefined;
}

/** What keeps a text from being YAML. It never holds a piece of the text, which may be a secret. */
export interface YamlProblem {
  readonly message: string;
  readonly line?: number;
}

/** Reads YAML 1.2 with merge keys (`<<`). */
export function readYaml(text: string): { readonly file: YamlFile } | { readonly problems: readonly YamlProblem[] } {
  const lines = new LineCounter();
  // A warning would print a piece of the text.
  const document = parseDocument(text, { lineCounter: lines, merge: true, logLevel: "error" });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, linePos }) => ({
      message: sentences[code],
      line: linePos?.[0].line,
    }));
    // What follows the first mistake of a line is only its consequence.
    return { problems: problems.filter(({ line }, index) => problems[index - 1]?.line !== line) };
  }
  const content = plain(document, text.includes("*"));
  if (content === undefined)
    return { problems: [{ message: "an alias (*name) that stands for nothing or for itself" }] };
  return {
    file: {
      content: content.value,
      has: (path) => document.hasIn(path),
      line: (path) => lineOf(document, lines, path),
      typed: (path) => {
        const node = document.getIn(path, true);
        return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
      },
    },
  };
}

/** Undefined where an alias stands for nothing, for itself, or for more than memory holds. */
function plain(document: Document, hasAliases: boolean): { readonly value: unknown } | undefined {
  try {
    const value: unknown = document.toJS();
    if (hasAliases) JSON.stringify(value);
    return { value };
  } catch {
    return undefined;
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    const range =
      typeof node === "object" && node !== null && "range" in node ? (node.range as number[] | undefined) : undefined;
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
  }
  return undefined;
}

const unexpected = "something that cannot stand here; quotes around the value help where it holds : # { } [ ] , & *";
const colon = "a key without its `: `";

const sentences: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias (*name) with an anchor or a tag",
  BAD_ALIAS: "an alias (*) without a name",
  BAD_COLLECTION_TYPE: "a tag that does not fit its value",
  BAD_DIRECTIVE: "a directive (%) that YAML does not know",
  BAD_DQ_ESCAPE: "a \\ in \"…\" that YAML does not know; write \\\\, or '…'",
  BAD_INDENT: "an indentation that fits nothing above it, or a [ or { that is not closed",
  BAD_PROP_ORDER: "an anchor or a tag in the wrong place",
  BAD_SCALAR_START: "a value that begins with @, ` or %; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a second `: ` on one line; put the value in quotes, or begin a new line",
  BLOCK_IN_FLOW: "lines of keys inside [ ] or { }",
  DUPLICATE_KEY: "a key that stands there twice",
  IMPOSSIBLE: unexpected,
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters",
  MISSING_CHAR: `a quote or bracket that is not closed, or ${colon}`,
  MULTILINE_IMPLICIT_KEY: colon,
  MULTIPLE_ANCHORS: "two anchors (&name) on one value",
  MULTIPLE_DOCS: "a second document (---); one file holds one",
  MULTIPLE_TAGS: "two tags on one value",
  NON_STRING_KEY: "a key that is no text",
  RESOURCE_EXHAUSTION: "more nesting than can be read",
  TAB_AS_INDENT: "a tab as indentation; use spaces",
  TAG_RESOLVE_FAILED: "a tag that does not fit its value",
  UNEXPECTED_TOKEN: unexpected,
};
