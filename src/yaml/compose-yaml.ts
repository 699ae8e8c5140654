import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from "yaml";
import { goScalar } from "./go-scalar.ts";
import { leaf, listTree, mapTree, type Place, type Tree, type TreePath } from "./tree.ts";
import { mostNesting, sentences, type Trouble } from "./sentences.ts";
import type { YamlProblem } from "./yaml-file.ts";

/** One document of a Compose file. */
export interface ComposeDocument {
  readonly tree: Tree;
  /** Where it has `!reset` or `!override`: what earlier files say there does not count. */
  readonly resets: readonly TreePath[];
}

/** As many values as Compose itself reads, each counted as often as an alias refers to it. */
const mostValues = 100_000;
/** The parser takes a second for a map and a list with so many entries. */
const mostEntries = 20_000;

/**
 * Reads a Compose file as Compose does: anchors, aliases and merge keys (`<<`), `!reset` and `!override`, several
 * documents, scalars as in {@link goScalar}.
 * @param file as findings name it
 */
export function readComposeYaml(
  text: string,
  file: string,
): { readonly documents: readonly ComposeDocument[] } | { readonly problems: readonly YamlProblem[] } {
  const lineAt = lines(text);
  if (text.length > mostEntries && entriesIn(text) > mostEntries)
    return { problems: [{ message: `more than ${mostEntries} lines or items` }] };
  const options = { schema: "failsafe", logLevel: "error", prettyErrors: false, uniqueKeys: false } as const;
  const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ""), options);
  const documents = Array.isArray(parsed) ? parsed : [];
  const offset = text.startsWith("\uFEFF") ? 1 : 0;
  const problems = documents.flatMap(({ errors }) =>
    errors.map(({ code, pos: [start] }) => ({ message: sentences[code], line: lineAt(start + offset) })),
  );
  // What follows the first mistake of a line is only its consequence.
  if (problems.length > 0)
    return { problems: problems.filter(({ line }, index) => problems[index - 1]?.line !== line).slice(0, 10) };
  const place = (node: Node | null | undefined): Place => ({ file, line: lineAt((node?.range?.[0] ?? 0) + offset) });
  try {
    return { documents: documents.map((document) => new Reading(document, place).document()) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { problems: [{ message: sentences[error.trouble], line: error.node && place(error.node).line }] };
  }
}

class Refused extends Error {
  constructor(
    readonly trouble: Trouble,
    readonly node?: Node,
  ) {
    super(trouble);
  }
}

const tags = "tag:yaml.org,2002:";

/** Goes through one document. What an anchor names is read once, however many aliases refer to it. */
class Reading {
  private readonly resets: TreePath[] = [];
  /** The nodes of anchors that were met so far: an alias refers to the last one before it. */
  private readonly anchors = new Map<string, Node>();
  private readonly known = new Map<Node, { readonly tree: Tree; readonly resets: readonly TreePath[] }>();
  private readonly open = new Set<Node>();
  private readonly sizes = new Map<Tree, number>();

  constructor(
    private readonly source: Document.Parsed,
    private readonly place: (node: Node | null | undefined) => Place,
  ) {}

  document(): ComposeDocument {
    const { contents } = this.source;
    const tree = this.tree(contents, this.place(contents), []) ?? leaf(null, this.place(contents));
    if (this.sizeOf(tree) > mostValues) throw new Refused("TOO_MUCH");
    return { tree, resets: this.resets };
  }

  /** @param at where its key stands; undefined where the value is reset to nothing */
  private tree(node: Node | null, at: Place, path: TreePath): Tree | undefined {
    if (node === null) return leaf(null, at);
    if (path.length > mostNesting) throw new Refused("RESOURCE_EXHAUSTION", node);
    if (isAlias(node)) return this.aliased(node, at, path);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (node.tag === "!reset") {
      this.resets.push(path);
      return undefined;
    }
    if (node.tag === "!override") this.resets.push(path);
    if (this.open.has(node)) throw new Refused("ALIAS", node);
    this.open.add(node);
    const first = this.resets.length;
    const tree = this.content(node, at, path);
    this.open.delete(node);
    if (node.anchor !== undefined) {
      const resets = this.resets.slice(first).map((reset) => reset.slice(path.length));
      this.known.set(node, { tree, resets });
    }
    return tree;
  }

  private aliased(alias: Alias, at: Place, path: TreePath): Tree | undefined {
    const target = this.anchors.get(alias.source);
    if (target === undefined || this.open.has(target)) throw new Refused("ALIAS", alias);
    if (target.tag === "!reset" || target.tag === "!override") this.resets.push(path);
    if (target.tag === "!reset") return undefined;
    const known = this.known.get(target);
    if (known === undefined) throw new Refused("ALIAS", alias);
    this.resets.push(...known.resets.map((reset) => [...path, ...reset]));
    return { ...known.tree, at };
  }

  private content(node: Node, at: Place, path: TreePath): Tree {
    if (isMap(node)) return this.map(node, at, path);
    if (isSeq(node)) {
      if (isForeign(node.tag, ["seq"])) throw new Refused("UNKNOWN_TAG", node);
      const items = node.items as (Node | null)[];
      return this.sized(
        listTree(
          items.flatMap((item, index) => this.tree(item, this.place(item ?? node), [...path, index]) ?? []),
          at,
        ),
        node,
      );
    }
    if (!isScalar(node)) throw new Refused("UNEXPECTED_TOKEN", node);
    return leaf(scalar(node), at);
  }

  private map(node: YAMLMap, at: Place, path: TreePath): Tree {
    if (isForeign(node.tag, ["map"])) throw new Refused("UNKNOWN_TAG", node);
    const own = new Map<string, Tree>();
    const merged: Tree[] = [];
    const seen = new Set<string>();
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      const name = nameOf(key);
      if (seen.has(name)) throw new Refused("DUPLICATE_KEY", key);
      seen.add(name);
      if (name === "<<" && isScalar(key) && key.type === "PLAIN") {
        const tree = this.tree(value, this.place(key), path);
        if (tree !== undefined) merged.push(...this.mergedMaps(tree, key));
        continue;
      }
      const tree = this.tree(value, this.place(key), [...path, name]);
      if (tree !== undefined) own.set(name, tree);
    }
    if (merged.length === 0) return this.sized(mapTree(own, at), node);
    // An earlier map goes before a later one, and a key of the map's own before both.
    const entries = new Map<string, Tree>();
    for (const tree of merged)
      if (tree.kind === "map") for (const [key, value] of tree.entries) if (!entries.has(key)) entries.set(key, value);
    for (const [key, value] of own) entries.set(key, value);
    return this.sized(mapTree(entries, at), node);
  }

  private mergedMaps(tree: Tree, key: Node): Tree[] {
    const maps = tree.kind === "list" ? [...tree.items] : [tree];
    if (maps.some(({ kind }) => kind !== "map")) throw new Refused("MERGE", key);
    return maps;
  }

  private sized<T extends Tree>(tree: T, node: Node): T {
    if (this.sizeOf(tree) > mostValues) throw new Refused("TOO_MUCH", node);
    return tree;
  }

  /** Counts values, each as often as it is referred to. */
  private sizeOf(tree: Tree): number {
    if (tree.kind === "leaf") return 1;
    const known = this.sizes.get(tree);
    if (known !== undefined) return known;
    const inner = tree.kind === "list" ? tree.items : [...tree.entries.values()];
    const size = inner.reduce((sum, each) => sum + this.sizeOf(each), 1);
    this.sizes.set(tree, size);
    return size;
  }
}

function scalar(
  node: { readonly tag?: string; readonly type?: string; readonly source?: string; readonly value: unknown } & Node,
): ReturnType<typeof goScalar> {
  const text = typeof node.value === "string" ? node.value : "";
  const tag = node.tag === "!override" ? undefined : node.tag;
  if (tag === undefined || tag === `${tags}str` || tag === "!")
    return tag === undefined && (node.type === "PLAIN" || node.type === undefined)
      ? goScalar(node.source ?? text)
      : text;
  if (isForeign(tag, ["int", "float", "bool", "null", "timestamp"])) throw new Refused("UNKNOWN_TAG", node);
  return goScalar(text);
}

const isForeign = (tag: string | undefined, known: readonly string[]): boolean =>
  tag !== undefined && tag !== "!override" && !known.some((name) => tag === tags + name);

function nameOf(key: Node | null): string {
  if (!isScalar(key)) throw new Refused("NON_STRING_KEY", key ?? undefined);
  if (typeof key.value !== "string") throw new Refused("NON_STRING_KEY", key);
  if (key.type === "PLAIN" && key.tag === undefined && typeof goScalar(key.value) !== "string")
    throw new Refused("NON_STRING_KEY", key);
  return key.value;
}

/** The most entries that a text can have. */
function entriesIn(text: string): number {
  let count = 0;
  for (const separator of ["\n", ",", "- "])
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) count += 1;
  return count;
}

/** The line of an offset; the text is searched for line ends once. */
function lines(text: string): (offset: number) => number {
  let ends: number[] | undefined;
  return (offset) => {
    ends ??= [...text.matchAll(/\n/g)].map(({ index }) => index);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
