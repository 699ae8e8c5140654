import {
  entryOf,
  leaf,
  type ListTree,
  listTree,
  type MapTree,
  mapTree,
  type Tree,
  type TreePath,
  withEntry,
} from "../yaml/tree.ts";

/** Two files say things of different kinds in one place. */
export class MergeError extends Error {
  constructor(
    readonly path: TreePath,
    readonly tree: Tree,
  ) {
    super("one file has a map, a list or a value where another has something else");
  }
}

/** What the keys of list entries are compared by: their text with its variables filled in. */
export type TextOf = (text: string) => string;

/** What is merged by its own rule, by path; `*` is any one key. Lists of other paths are appended, values replaced. */
type Rule = (base: Tree, over: Tree, path: TreePath) => Tree;

const replace: Rule = (_, over) => over;
const asPairs: Rule = (base, over, path) => {
  const [left, right] = [pairsOf(base), pairsOf(over)];
  if (left === undefined || right === undefined) return asList(base, over, path);
  return mapTree([...left.entries, ...right.entries], base.at);
};
const asList: Rule = (base, over) => appended([...itemsOf(base), ...itemsOf(over)], base);
const asMap: Rule = (base, over, path) => {
  const [left, right] = [named(base), named(over)];
  return left === undefined || right === undefined ? replace(base, over, path) : mergeMaps(left, right, path);
};
const asDependencies: Rule = (base, over, path) => {
  const [left, right] = [named(base, dependency), named(over, dependency)];
  return left === undefined || right === undefined ? replace(base, over, path) : mergeMaps(left, right, path);
};

const service: Readonly<Record<string, Rule>> = {
  annotations: asPairs,
  build: (base, over, path) => mergeMaps(buildOf(base), buildOf(over), path),
  "build.args": asPairs,
  "build.additional_contexts": asPairs,
  "build.extra_hosts": asList,
  "build.labels": asPairs,
  command: replace,
  depends_on: asDependencies,
  "deploy.labels": asPairs,
  dns: asList,
  dns_opt: asList,
  dns_search: asList,
  entrypoint: replace,
  env_file: asList,
  label_file: asList,
  environment: asPairs,
  extra_hosts: (base, over, path) => asList(hostsOf(base), hostsOf(over), path),
  "healthcheck.test": replace,
  labels: asPairs,
  logging: (base, over, path) => {
    if (base.kind !== "map" || over.kind !== "map") return replace(base, over, path);
    const [left, right] = [driverOf(base), driverOf(over)];
    return left === undefined || right === undefined || left === right ? mergeMaps(base, over, path) : over;
  },
  networks: asMap,
  sysctls: asPairs,
  tmpfs: asList,
  "ulimits.*": (base, over, path) => (base.kind === "map" && over.kind === "map" ? mergeMaps(base, over, path) : over),
};

const rules: readonly (readonly [readonly string[], Rule])[] = [
  ...Object.entries(service).map(([key, rule]) => [["services", "*", ...key.split(".")], rule] as const),
  ...["networks", "volumes", "secrets", "configs"].map((kind) => [[kind, "*", "labels"], asPairs] as const),
  [["networks", "*", "ipam", "config"], (base, over) => pools(base, over)],
];

const matches = (pattern: readonly string[], path: TreePath): boolean =>
  pattern.length === path.length && pattern.every((part, index) => part === "*" || part === path[index]);

/** What two files, or a service and the one that it extends, come to: as Compose merges them. @throws {MergeError} */
export function merge(base: Tree, over: Tree, path: TreePath = []): Tree {
  const rule = rules.find(([pattern]) => matches(pattern, path));
  if (rule !== undefined) return rule[1](base, over, path);
  if (over.kind === "leaf" && over.value === null) return base;
  if (base.kind === "map") {
    if (over.kind !== "map") throw new MergeError(path, over);
    return mergeMaps(base, over, path);
  }
  if (base.kind === "list") {
    if (over.kind !== "list") throw new MergeError(path, over);
    return appended([...base.items, ...over.items], base);
  }
  return over;
}

function mergeMaps(base: MapTree, over: MapTree, path: TreePath): MapTree {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? value : merge(before, value, [...path, key]));
  }
  return { ...base, entries };
}

/** Without what is there twice. */
function appended(items: readonly Tree[], base: Tree): ListTree {
  const seen = new Set<string>();
  return listTree(
    items.filter((item) => {
      const name = JSON.stringify(bare(item));
      return !seen.has(name) && seen.add(name);
    }),
    base.at,
  );
}

/** What is compared of a tree: all but where it is written. */
const bare = (tree: Tree): unknown =>
  tree.kind === "leaf"
    ? tree.value
    : tree.kind === "list"
      ? tree.items.map(bare)
      : [...tree.entries].map(([key, value]) => [key, bare(value)]).sort();

/** Whether two trees say the same. */
export const isSame = (one: Tree, other: Tree): boolean => JSON.stringify(bare(one)) === JSON.stringify(bare(other));

/** The entries of a list, one for a single value, none for nothing. */
export const itemsOf = (tree: Tree): readonly Tree[] =>
  tree.kind === "list" ? tree.items : tree.kind === "leaf" && tree.value === null ? [] : [tree];

/** A list of `NAME=value` as a map; undefined where it has something else. */
export function pairsOf(tree: Tree): MapTree | undefined {
  if (tree.kind === "map") return tree;
  if (tree.kind === "leaf") return tree.value === null ? mapTree([], tree.at) : undefined;
  const pairs: [string, Tree][] = [];
  for (const item of tree.items) {
    if (item.kind !== "leaf" || typeof item.value !== "string") return undefined;
    const at = item.value.indexOf("=");
    const name = at < 0 ? item.value : item.value.slice(0, at);
    pairs.push([name, leaf(at < 0 ? null : item.value.slice(at + 1), item.at)]);
  }
  return mapTree(pairs, tree.at);
}

const hostsOf = (tree: Tree): Tree => {
  if (tree.kind !== "map") return tree;
  const items = [...tree.entries].flatMap(([host, to]) =>
    itemsOf(to).map((each) => leaf(`${host}=${each.kind === "leaf" ? String(each.value) : ""}`, to.at)),
  );
  return listTree(items, tree.at);
};

const dependency = (item: Tree): Tree =>
  mapTree(
    [
      ["condition", leaf("service_started", item.at)],
      ["required", leaf(true, item.at)],
    ],
    item.at,
  );

/** A list of names as a map; undefined where it has something else. */
function named(tree: Tree, value = (item: Tree): Tree => leaf(null, item.at)): MapTree | undefined {
  if (tree.kind === "map") return tree;
  if (tree.kind === "leaf" && tree.value === null) return mapTree([], tree.at);
  const items = itemsOf(tree);
  const pairs = items.flatMap((item): [string, Tree][] =>
    item.kind === "leaf" && typeof item.value === "string" ? [[item.value, value(item)]] : [],
  );
  return pairs.length === items.length ? mapTree(pairs, tree.at) : undefined;
}

const buildOf = (tree: Tree): MapTree =>
  tree.kind === "map" ? tree : mapTree(tree.kind === "leaf" && tree.value !== null ? [["context", tree]] : [], tree.at);

const driverOf = (tree: Tree): string | undefined => {
  const driver = entryOf(tree, "driver");
  return driver?.kind === "leaf" ? String(driver.value) : undefined;
};

function pools(base: Tree, over: Tree): Tree {
  const subnet = (tree: Tree): string => JSON.stringify(bare(entryOf(tree, "subnet") ?? leaf(null, tree.at)));
  const merged = new Map(itemsOf(base).map((pool) => [subnet(pool), pool]));
  for (const pool of itemsOf(over)) {
    const before = merged.get(subnet(pool));
    merged.set(subnet(pool), before?.kind === "map" && pool.kind === "map" ? mergeMaps(before, pool, []) : pool);
  }
  return listTree([...merged.values()], base.at);
}

/** The key of an entry in a service's lists: of two entries with one key, the last counts, in the place of the first. */
const unique: Readonly<Record<string, (item: Tree, text: TextOf) => string | undefined>> = {
  cap_add: wholeText,
  cap_drop: wholeText,
  configs: (item, text) => mountedAt(item, "", text),
  devices: (item, text) => textOf(entryOf(item, "target"), text) ?? part(item, text, 1),
  dns: wholeText,
  dns_opt: wholeText,
  dns_search: wholeText,
  env_file: (item, text) => textOf(entryOf(item, "path"), text) ?? textOf(item, text),
  expose: wholeText,
  links: wholeText,
  ports: portKey,
  profiles: wholeText,
  secrets: (item, text) => mountedAt(item, "/run/secrets", text),
  tmpfs: wholeText,
  volumes: (item, text) => withoutSlash(textOf(entryOf(item, "target"), text) ?? part(item, text, 1)),
};

/** What happens to an entry that a later one replaces, unless both are the same. */
export type Replaced = (path: TreePath, item: Tree) => void;

/** The services of a merged file without entries of lists that later ones replace. */
export function withUniqueEntries(tree: MapTree, text: TextOf, replaced?: Replaced): MapTree {
  const services = entryOf(tree, "services");
  if (services?.kind !== "map") return tree;
  const changed = [...services.entries].map(([key, value]): [string, Tree] => [
    key,
    // Mounts that one file has twice are reported when they are resolved.
    uniqueIn(value, text, (path, item) => replaced?.(["services", key, ...path], item), replaced ? ["volumes"] : []),
  ]);
  return withEntry(tree, "services", mapTree(changed, services.at));
}

function uniqueIn(tree: Tree, text: TextOf, replaced: Replaced, except: readonly string[]): Tree {
  if (tree.kind !== "map") return tree;
  let changed = tree;
  for (const [key, keyOf] of Object.entries(unique)) {
    const list = tree.entries.get(key);
    if (list?.kind !== "list" || list.items.length < 2 || except.includes(key)) continue;
    const last = new Map<string, Tree>();
    for (const [index, item] of list.items.entries()) {
      const name = keyOf(item, text) ?? `\0${index}`;
      const before = last.get(name);
      if (before !== undefined && !isSame(before, item)) replaced([key, list.items.indexOf(before)], before);
      last.set(name, item);
    }
    if (last.size < list.items.length) changed = withEntry(changed, key, listTree([...last.values()], list.at));
  }
  return changed;
}

function textOf(tree: Tree | undefined, text: TextOf): string | undefined {
  if (tree?.kind !== "leaf" || tree.value === null) return undefined;
  return text(String(tree.value));
}

function wholeText(item: Tree, text: TextOf): string | undefined {
  const whole = textOf(item, text);
  return whole?.replace(/=.*$/s, "");
}

function part(item: Tree, text: TextOf, index: number): string | undefined {
  const parts = textOf(item, text)?.split(":");
  return parts && (parts[index] ?? parts[0]);
}

const withoutSlash = (path: string | undefined): string | undefined =>
  path === undefined || path === "/" ? path : path.replace(/\/+$/, "");

function mountedAt(item: Tree, folder: string, text: TextOf): string | undefined {
  const target = textOf(entryOf(item, "target"), text);
  const source = textOf(entryOf(item, "source"), text) ?? textOf(item, text);
  return target ?? (source === undefined ? undefined : `${folder}/${source}`);
}

function portKey(item: Tree, text: TextOf): string | undefined {
  if (item.kind === "map") {
    const [target, published, host, protocol] = ["target", "published", "host_ip", "protocol"].map((key) =>
      textOf(item.entries.get(key), text),
    );
    return [host ?? "0.0.0.0", published ?? "", target ?? "", protocol ?? "tcp"].join(" ");
  }
  const written = textOf(item, text);
  const found = /^(?:(?:(.*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(written ?? "");
  if (found === null) return written;
  const [, host = "", published = "", target = "", protocol = "tcp"] = found;
  return [host === "" ? "0.0.0.0" : host, published, target, protocol].join(" ");
}
