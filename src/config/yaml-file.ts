import { type Document, type ErrorCode, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { type Place, type Places, simpleYaml } from "./simple-yaml.ts";

/** A text that is YAML, as plain data, and where things stand in it. */
export class YamlFile {
  constructor(
    readonly content: unknown,
    private readonly text: string,
    private readonly places: Places,
  ) {}

  /**
   * The line of a key, or of the nearest thing around it that has one.
   * @param least so many parts of the path have to be there; otherwise there is no line
   */
  line(path: Path, least = 0): number | undefined {
    const { place, depth } = this.nearest(path);
    return depth < least || place?.start === undefined ? undefined : lineAt(this.text, place.start);
  }

  /** A value as it was typed, where it was typed without quotes; `007` is the number 7 then. */
  typed(path: Path): string | undefined {
    const { place, depth } = this.nearest(path);
    return depth === path.length ? place?.typed : undefined;
  }

  /** The last part of a path that is there, and which one that is. */
  private nearest(path: Path): { readonly place: Place | undefined; readonly depth: number } {
    let place: Place | undefined;
    let depth = 0;
    for (let next = this.places.get(path[0]); next !== undefined; next = next.inside?.get(path[depth])) {
      place = next;
      depth += 1;
    }
    return { place, depth };
  }
}

/** All that is kept of a document, which is many times as large. */
function placesIn(node: unknown): Places | undefined {
  if (isSeq(node)) return new Map(node.items.map((item, index) => [index, placeOf(item, item)]));
  if (!isMap(node)) return undefined;
  const places = new Map<unknown, Place>();
  for (const { key, value } of node.items) if (isScalar(key)) places.set(key.value, placeOf(key, value));
  return places;
}

const placeOf = (named: unknown, value: unknown): Place => ({
  start: isNode(named) ? named.range?.[0] : undefined,
  typed: isScalar(value) && value.type === "PLAIN" ? value.source : undefined,
  inside: placesIn(value),
});

type Path = readonly (string | number)[];

/** What keeps a text from being YAML. It never holds a piece of the text, which may be a secret. */
export interface YamlProblem {
  readonly message: string;
  readonly line?: number;
}

/** Reads YAML 1.2 with merge keys (`<<`). */
export function readYaml(text: string): { readonly file: YamlFile } | { readonly problems: readonly YamlProblem[] } {
  const simple = simpleYaml(text);
  if (simple !== undefined) return { file: new YamlFile(simple.content, text, simple.places) };
  return readAnyYaml(text);
}

/** As {@link readYaml}, whatever it is written like. */
export function readAnyYaml(text: string): ReturnType<typeof readYaml> {
  // A warning would print a piece of the text, and lines are counted where somebody asks for one.
  const document = parseDocument(text, { merge: true, logLevel: "error", prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, pos: [start] }) => ({
      message: sentences[code],
      line: start < 0 ? undefined : lineAt(text, start),
    }));
    // What follows the first mistake of a line is only its consequence.
    return { problems: problems.filter(({ line }, index) => problems[index - 1]?.line !== line) };
  }
  const content = plain(document, text.includes("*"));
  if (content === undefined)
    return { problems: [{ message: "an alias (*name) that stands for nothing or for itself" }] };
  return { file: new YamlFile(content.value, text, placesIn(document.contents) ?? new Map()) };
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

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
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
