import { type MapTree, type Tree, type TreePath, withEntry } from "../yaml/tree.ts";

/** Without what a later file says `!reset` or `!override` of. */
export function withoutResets(tree: MapTree, resets: readonly TreePath[]): MapTree {
  return resets.reduce<MapTree>((content, path) => without(content, path) as MapTree, tree);
}

function without(tree: Tree, [key, ...rest]: TreePath): Tree {
  if (tree.kind !== "map" || key === undefined) return tree;
  const inner = tree.entries.get(String(key));
  if (inner === undefined) return tree;
  return withEntry(tree, String(key), rest.length === 0 ? undefined : without(inner, rest));
}
