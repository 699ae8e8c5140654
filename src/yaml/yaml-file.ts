import { type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { isAmbiguous } from "./ambiguous.ts";
import { mostNesting, sentences } from "./sentences.ts";
import { type Place, type Places, simpleYaml } from "./simple-yaml.ts";

/** A text that is YAML, as plain data, and where things stand in it. */
export class YamlFile {
  constructor(
    readonly content: unknown,
    private readonly text: string,
    private readonly places: Places,
    /** Values without quotes that another parser of YAML reads differently. */
    readonly ambiguous: readonly Typed[] = [],
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

/** A value as it was typed without quotes, and where. */
export interface Typed {
  readonly path: Path;
  readonly typed: string;
  readonly line: number;
}

/** What no file may hold, though it is YAML: what other parsers refuse or read differently. */
class Refused extends Error {
  constructor(
    readonly code: keyof typeof sentences,
    readonly node: unknown,
  ) {
    super(code);
  }
}

/** Goes once through a document, and keeps of it what is needed later: the document is many times as large. */
class Survey {
  readonly ambiguous: { readonly path: Path; readonly typed: string; readonly start: number }[] = [];
  /** How many nodes around have an anchor: what is in them may stand elsewhere, too. */
  private anchors = 0;

  placesIn(node: unknown, path: Path = []): Places | undefined {
    if (path.length > mostNesting) throw new Refused("RESOURCE_EXHAUSTION", node);
    if (isNode(node) && !isAlias(node) && node.tag !== undefined && node.tag !== textTag)
      throw new Refused("TAG", node);
    if (isSeq(node))
      return new Map(node.items.map((item, index) => [index, this.placeOf(item, item, [...path, index])]));
    if (!isMap(node)) return undefined;
    const places = new Map<unknown, Place>();
    for (const { key, value } of node.items) {
      const name = nameOf(key);
      if (places.has(name)) throw new Refused("DUPLICATE_KEY", key);
      places.set(name, this.placeOf(key, value, [...path, name]));
    }
    return places;
  }

  private placeOf(named: unknown, value: unknown, path: Path): Place {
    const start = isNode(named) ? named.range?.[0] : undefined;
    const typed = isScalar(value) && value.type === "PLAIN" ? value.source : undefined;
    const isAnchored = isNode(value) && !isAlias(value) && value.anchor !== undefined;
    if (isAnchored) this.anchors += 1;
    if (typed !== undefined && isAmbiguous(typed)) {
      if (this.anchors > 0) throw new Refused("AMBIGUOUS", value);
      this.ambiguous.push({ path, typed, start: start ?? 0 });
    }
    const inside = this.placesIn(value, path);
    if (isAnchored) this.anchors -= 1;
    return { start, typed, inside };
  }
}

/** The engine takes no map with a key that is not text, and an object of JavaScript cannot have one of that name. */
function nameOf(key: unknown): string {
  if (!isScalar(key)) throw new Refused("NON_STRING_KEY", key);
  if (typeof key.value === "symbol") return "<<";
  if (typeof key.value !== "string") throw new Refused("NON_STRING_KEY", key);
  if (key.type === "PLAIN" && isAmbiguous(key.value)) throw new Refused("NON_STRING_KEY", key);
  if (key.value === "__proto__") throw new Refused("PROTO_KEY", key);
  return key.value;
}

const textTag = "tag:yaml.org,2002:str";

type Path = readonly (string | number)[];

/** What keeps a text from being YAML. It never holds a piece of the text, which may be a secret. */
export interface YamlProblem {
  readonly message: string;
  readonly line?: number;
}

/** Reads YAML 1.2 with merge keys (`<<`). */
export function readYaml(text: string): { readonly file: YamlFile } | { readonly problems: readonly YamlProblem[] } {
  if (text.length > mostEntries && entriesIn(text) > mostEntries)
    return { problems: [{ message: `more than ${mostEntries} lines or items` }] };
  const strange = foreignCharacter.exec(text);
  if (strange !== null) return { problems: [{ message: sentences.CHARACTER, line: lineAt(text, strange.index) }] };
  const simple = simpleYaml(text);
  if (simple !== undefined) return { file: new YamlFile(simple.content, text, simple.places) };
  return readAnyYaml(text);
}

/**
 * What the engine's parser refuses, or takes for the end of a line where YAML 1.2 does not. A byte order mark may begin
 * the file.
 */
export const foreignCharacter =
  /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}](?<!^\ufeff)|\r(?!\n)/u;

/** Problems of one file that are worth reading: the others are mostly what follows from them. */
const mostProblems = 10;
/** A map and a list with so many entries take a second to read. */
const mostEntries = 20_000;

/** As {@link readYaml}, whatever it is written like. */
export function readAnyYaml(text: string): ReturnType<typeof readYaml> {
  // A warning would print a piece of the text, and lines are counted on request. That keys are unique
  // is checked below: the parser compares each key with all others, which takes minutes for some 10,000.
  const options = { merge: true, logLevel: "error", prettyErrors: false, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  if (document.errors.length > 0) return { problems: problemsOf(document, text) };
  if (document.directives?.yaml.explicit === true) return { problems: [{ message: sentences.BAD_DIRECTIVE, line: 1 }] };
  const survey = new Survey();
  try {
    const places = survey.placesIn(document.contents) ?? new Map<unknown, Place>();
    const content = plain(document, text.includes("*"));
    if (content === undefined)
      return { problems: [{ message: "an alias (*name) that stands for nothing, itself or too much" }] };
    const ambiguous = survey.ambiguous.map(({ start, ...typed }) => ({ ...typed, line: lineAt(text, start) }));
    return { file: new YamlFile(content.value, text, places, ambiguous) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const start = isNode(error.node) ? error.node.range?.[0] : undefined;
    return {
      problems: [{ message: sentences[error.code], line: start === undefined ? undefined : lineAt(text, start) }],
    };
  }
}

function problemsOf({ errors }: Document, text: string): YamlProblem[] {
  const problems = errors.slice(0, mostProblems).map(({ code, pos: [start] }) => ({
    message: sentences[code],
    line: start < 0 ? undefined : lineAt(text, start),
  }));
  // What follows the first mistake of a line is only its consequence.
  return problems.filter(({ line }, index) => problems[index - 1]?.line !== line);
}

/** The most entries that a text can have. */
function entriesIn(text: string): number {
  let count = 0;
  for (const separator of ["\n", ",", "- "])
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) count += 1;
  return count;
}

/** Undefined where an alias stands for nothing, for itself, or for more than a file can mean. */
function plain(document: Document, hasAliases: boolean): { readonly value: unknown } | undefined {
  try {
    const value: unknown = document.toJS();
    return hasAliases && nodesIn(value, mostEntries) > mostEntries ? undefined : { value };
  } catch {
    return undefined;
  }
}

/** Counts values, each as often as it is referred to, and stops where there are too many. */
function nodesIn(value: unknown, most: number, depth = 0): number {
  if (typeof value !== "object" || value === null) return 1;
  if (depth > mostNesting) return most + 1;
  let count = 1;
  for (const inner of Object.values(value)) {
    count += nodesIn(inner, most - count, depth + 1);
    if (count > most) break;
  }
  return count;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
