import { posix } from "node:path";
import { entryOf, leaf, listTree, mapInside, type MapTree, type Tree, withEntry } from "../yaml/tree.ts";

/** A text with its variables filled in. */
type Fill = (tree: Tree) => Tree;

/**
 * The same content read from another folder: relative paths of a file that is included or extended are relative to that
 * file's folder.
 * @param folder that folder, relative to the one that reads it
 */
export function rebased(tree: MapTree, folder: string, fill: Fill): MapTree {
  if (folder === "" || folder === ".") return tree;
  const moved = (value: Tree): Tree => {
    const filled = fill(value);
    return filled.kind === "leaf" && typeof filled.value === "string"
      ? leaf(from(folder, filled.value), filled.at)
      : filled;
  };
  const files = (kind: string) => (content: MapTree) => inEach(content, kind, (each) => inMap(each, { file: moved }));
  const services = (content: MapTree): MapTree =>
    inEach(content, "services", (service) =>
      inMap(service, {
        build: (build) =>
          build.kind === "map"
            ? inMap(build, { context: moved, additional_contexts: (contexts) => mapInside(contexts, moved) })
            : moved(build),
        env_file: (value) =>
          inItems(value, (item) => (item.kind === "map" ? inMap(item, { path: moved }) : moved(item))),
        label_file: (value) => inItems(value, moved),
        extends: (value) => (value.kind === "map" ? inMap(value, { file: moved }) : value),
        volumes: (value) => inItems(value, (item) => mount(item, folder, fill)),
      }),
    );
  const volumes = (content: MapTree): MapTree =>
    inEach(content, "volumes", (volume) => {
      const options = entryOf(volume, "driver_opts");
      const kind = options && entryOf(options, "o");
      return kind?.kind === "leaf" && kind.value === "bind"
        ? inMap(volume, { driver_opts: (each) => inMap(each, { device: moved }) })
        : volume;
    });
  return [files("configs"), files("secrets"), services, volumes].reduce((content, change) => change(content), tree);
}

/** A path relative to another folder; addresses, absolute paths and those below a home directory stay as they are. */
function from(folder: string, path: string): string {
  if (path === "" || /^[/~]|^\w+:|:\/\/|^git@/.test(path)) return path;
  const joined = posix.join(folder, path);
  return joined.startsWith("../") || joined === ".." ? joined : `./${joined}`;
}

function mount(item: Tree, folder: string, fill: Fill): Tree {
  if (item.kind === "map") {
    const type = entryOf(item, "type");
    const isBind = type?.kind === "leaf" && type.value === "bind";
    return isBind ? inMap(item, { source: (source) => relative(source, folder, fill, from) }) : item;
  }
  return relative(item, folder, fill, (at, text) => {
    const [source = "", ...rest] = text.split(":");
    return source.startsWith(".") && rest.length > 0 ? [from(at, source), ...rest].join(":") : text;
  });
}

function relative(tree: Tree, folder: string, fill: Fill, change: typeof from): Tree {
  const isText = tree.kind === "leaf" && typeof tree.value === "string";
  if (!isText) return tree;
  // What only begins with a variable may be a relative path.
  const filled = /^\.{0,2}\/?\$/.test(String(tree.value)) ? fill(tree) : tree;
  return filled.kind === "leaf" ? leaf(change(folder, String(filled.value)), filled.at) : filled;
}

type Changes = Readonly<Record<string, (value: Tree) => Tree>>;

function inMap(tree: Tree, changes: Changes): Tree {
  if (tree.kind !== "map") return tree;
  return Object.entries(changes).reduce<MapTree>((content, [key, change]) => {
    const value = content.entries.get(key);
    return value === undefined ? content : withEntry(content, key, change(value));
  }, tree);
}

function inEach(tree: MapTree, key: string, change: (value: Tree) => Tree): MapTree {
  const all = tree.entries.get(key);
  return all?.kind === "map" ? withEntry(tree, key, mapInside(all, change)) : tree;
}

const inItems = (tree: Tree, change: (item: Tree) => Tree): Tree =>
  tree.kind === "list"
    ? listTree(
        tree.items.map((item) => change(item)),
        tree.at,
      )
    : change(tree);
