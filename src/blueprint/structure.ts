import { listTree, mapInside, mapTree, type Tree, type TreePath } from "../yaml/tree.ts";
import { InterpolationError, parseTemplate } from "./interpolate.ts";

/** Fills the variables of a text. */
export type FillText = (tree: Tree, path: TreePath) => Tree;

/**
 * Fills the variables of all that decides what there is: names of networks, services, secrets and configs, profiles,
 * paths of other files, and names in lists of `NAME=value`. All other texts are filled when a deployment is resolved.
 */
export function withStructure(tree: Tree, fill: FillText): Tree {
  if (tree.kind !== "map") return tree;
  return mapInside(tree, (value, key) => {
    if (key === "include") return everywhere(value, [key], fill);
    if (key !== "services" || value.kind !== "map") return value;
    return mapInside(value, (service, name) =>
      mapInside(service, (part, word) => inService(part, [key, name, word], fill)),
    );
  });
}

const whole: ReadonlySet<unknown> = new Set([
  "depends_on",
  "env_file",
  "extends",
  "ipc",
  "label_file",
  "links",
  "network_mode",
  "pid",
  "profiles",
  "volumes_from",
]);
const items: ReadonlySet<unknown> = new Set(["networks", "secrets", "configs"]);
const pairs: ReadonlySet<unknown> = new Set(["annotations", "environment", "labels", "sysctls"]);

function inService(tree: Tree, path: TreePath, fill: FillText): Tree {
  const key = path.at(-1);
  if (whole.has(key)) return everywhere(tree, path, fill);
  if (tree.kind !== "list") return tree;
  if (pairs.has(key)) return inItems(tree, path, (item, at) => (hasVariableName(item) ? fill(item, at) : item));
  if (!items.has(key)) return tree;
  return inItems(tree, path, (item, at) => {
    if (item.kind !== "map") return fill(item, at);
    return mapTree(
      [...item.entries].map(([word, value]) => [word, word === "source" ? fill(value, [...at, word]) : value]),
      item.at,
    );
  });
}

const inItems = (tree: Tree & { readonly kind: "list" }, path: TreePath, change: FillText): Tree =>
  listTree(
    tree.items.map((item, index) => change(item, [...path, index])),
    tree.at,
  );

const everywhere = (tree: Tree, path: TreePath, fill: FillText): Tree =>
  tree.kind === "leaf" ? fill(tree, path) : mapInside(tree, (value, key) => everywhere(value, [...path, key], fill));

/** Whether a variable stands before the `=` of `NAME=value`. */
function hasVariableName(item: Tree): boolean {
  if (item.kind !== "leaf" || typeof item.value !== "string" || !item.value.includes("$")) return false;
  try {
    const [first] = parseTemplate(item.value);
    return typeof first !== "string" || !first.includes("=");
  } catch (error) {
    if (error instanceof InterpolationError) return false;
    throw error;
  }
}

/** A text, or nothing where the value is something else. */
export const textIn = (tree: Tree | undefined): string | undefined =>
  tree?.kind === "leaf" && typeof tree.value === "string" ? tree.value.replaceAll("$$", "$") : undefined;

/** The texts of a text or a list; undefined where there is something else. */
export function textsIn(tree: Tree | undefined): string[] | undefined {
  if (tree === undefined || (tree.kind === "leaf" && tree.value === null)) return [];
  const all = (tree.kind === "list" ? tree.items : [tree]).map(textIn);
  return all.every((text) => text !== undefined) ? all : undefined;
}
