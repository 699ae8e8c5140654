/** Where a value of a YAML file begins: at its key, or in a list at itself. */
export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export type Plain = string | number | boolean | null;

/** Content of YAML in which each value knows where it is written, so that several files can be made one. */
export type Tree = Leaf | MapTree | ListTree;

export interface Leaf {
  readonly kind: "leaf";
  readonly value: Plain;
  readonly at: Place;
}

export interface MapTree {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Tree>;
  readonly at: Place;
}

export interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly at: Place;
}

export type TreePath = readonly (string | number)[];

export const leaf = (value: Plain, at: Place): Leaf => ({ kind: "leaf", value, at });
export const mapTree = (entries: Iterable<readonly [string, Tree]>, at: Place): MapTree => ({
  kind: "map",
  entries: new Map(entries),
  at,
});
export const listTree = (items: readonly Tree[], at: Place): ListTree => ({ kind: "list", items, at });

/** The entry of a map; undefined where there is none, or no map. */
export const entryOf = (tree: Tree | undefined, key: string): Tree | undefined =>
  tree?.kind === "map" ? tree.entries.get(key) : undefined;

/** A map with another value for a key, or without it. */
export function withEntry(tree: MapTree, key: string, value: Tree | undefined): MapTree {
  const entries = new Map(tree.entries);
  if (value === undefined) entries.delete(key);
  else entries.set(key, value);
  return { ...tree, entries };
}

/** The same tree with each value of a map or list replaced by what is made of it. */
export function mapInside(tree: Tree, change: (value: Tree, key: string | number) => Tree): Tree {
  if (tree.kind === "leaf") return tree;
  if (tree.kind === "list") return { ...tree, items: tree.items.map((item, index) => change(item, index)) };
  return mapTree(
    [...tree.entries].map(([key, value]) => [key, change(value, key)]),
    tree.at,
  );
}

/** As plain data. Objects have no prototype's members: a key may be `constructor` or `__proto__`. */
export function plain(tree: Tree): unknown {
  if (tree.kind === "leaf") return tree.value;
  if (tree.kind === "list") return tree.items.map(plain);
  const content: Record<string, unknown> = {};
  for (const [key, value] of tree.entries)
    if (key === "__proto__")
      Object.defineProperty(content, key, {
        value: plain(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else content[key] = plain(value);
  return content;
}

/** The place of a value, or of the nearest thing around it that is there. */
export function placeOf(tree: Tree, path: TreePath): Place {
  let at = tree;
  for (const key of path) {
    const inner =
      at.kind === "map" ? at.entries.get(String(key)) : at.kind === "list" ? at.items[Number(key)] : undefined;
    if (inner === undefined) break;
    at = inner;
  }
  return at.at;
}
