import { dirname, join, relative, resolve } from "node:path";
import { UnreadableFile } from "../disk/read-text.ts";
import type { Finding, Source } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction, type Remedy } from "../findings/remedy.ts";
import type { ComposeDocument } from "../yaml/compose-yaml.ts";
import { entryOf, leaf, type MapTree, mapTree, type Place, type Tree, type TreePath, withEntry } from "../yaml/tree.ts";
import type { ComposeFiles } from "./compose-files.ts";
import { type Assignments, findingsIn, readDotenv } from "./dotenv.ts";
import { type Early, type EarlyLookup, fillEarly, InterpolationError, lateIn, templateOf } from "./early.ts";
import { Extensions } from "./extends.ts";
import { parseTemplate, variablesOf } from "./interpolate.ts";
import { isSame, merge, MergeError, withUniqueEntries } from "./merge.ts";
import { rebased } from "./relative-paths.ts";
import { withoutResets } from "./resets.ts";
import { textIn, textsIn, withStructure } from "./structure.ts";
import { variableFiles } from "./variable-files.ts";

/** The content of a blueprint's files made one, as Compose does. */
export interface Assembled {
  readonly tree: MapTree;
  /** The variables of `.env` beside the first file. */
  readonly dotenv: ReadonlyMap<string, Early>;
  readonly findings: readonly Finding[];
  /** Whether a file could not be read, so that what is missing may be in it. */
  readonly isPartial: boolean;
  /** What is wrong with the files of variables of a service; it does not matter where the service is not active. */
  readonly ofServices: ReadonlyMap<string, readonly Finding[]>;
}

/** What variables stand for in a file. */
export interface Scope {
  readonly lookup: EarlyLookup;
  /** Variables that only a file of variables beside an included file sets. */
  readonly own: ReadonlyMap<string, Early>;
}

/** Files that are read as one: several are merged in their order. */
interface Model {
  readonly paths: readonly string[];
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly scope: Scope;
  /** The files through which these are included. */
  readonly through: readonly string[];
}

/**
 * Reads a blueprint's files and all that they include and extend.
 * @param paths absolute; the first one's folder is what relative paths of all are relative to
 */
export function assemble(files: ComposeFiles, paths: readonly string[], lookup: EarlyLookup): Assembled {
  const folder = dirname(paths[0] ?? "");
  const assembly = new Assembly(files);
  const dotenv = assembly.dotenvIn(folder, lookup);
  const scope = { lookup: (name: string) => lookup(name) ?? dotenv.get(name), own: new Map<string, Early>() };
  const tree = assembly.model({ paths, folder, scope, through: [] });
  const { tree: complete, findings } = variableFiles(tree, folder, files, scope.lookup);
  return { tree: complete, dotenv, findings: assembly.findings, isPartial: assembly.isPartial, ofServices: findings };
}

const nothing: ReadonlyMap<string, Early> = new Map();

/** Reads files, and collects what is wrong on the way. */
export class Assembly {
  readonly findings: Finding[] = [];
  isPartial = false;
  private readonly extensions = new Extensions(this);

  constructor(readonly files: ComposeFiles) {}

  /** The variables of `.env` in a folder, where there is such a file. */
  dotenvIn(folder: string, lookup: EarlyLookup): ReadonlyMap<string, Early> {
    const path = join(folder, ".env");
    try {
      return this.assigned(path, readDotenv(this.files.text(path), lookup));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      const file = this.files.shown(path);
      if (error.code !== "ENOENT" && error.code !== "EISDIR")
        this.findings.push(mistake({ file, path: "" }, `${file} ${error.reason}`));
      return nothing;
    }
  }

  private assigned(path: string, read: Assignments): Map<string, Early> {
    this.findings.push(...findingsIn(this.files.shown(path), read));
    return new Map([...read.variables].map(([name, { value }]) => [name, value]));
  }

  model({ paths, folder, scope, through }: Model): MapTree {
    let content = mapTree([], { file: this.files.shown(paths[0] ?? ""), line: 1 });
    for (const path of paths)
      for (const document of this.documents(path)) {
        const own = this.included(this.bound(document.tree, scope), document, {
          paths: [path],
          folder,
          scope,
          through: [...through, path],
        });
        const extended = this.extensions.apply(own, document, { path, folder, scope });
        content = this.merged(withoutResets(content, document.resets), extended, scope);
      }
    return content;
  }

  merged(base: MapTree, over: MapTree, scope: Scope): MapTree {
    const unique = (text: string): string => {
      try {
        return templateOf(fillEarly(text, scope.lookup).value);
      } catch (error) {
        if (error instanceof InterpolationError) return text;
        throw error;
      }
    };
    // What one file says twice is more likely a mistake than what a second file replaces.
    if (base.entries.size === 0)
      return withUniqueEntries(
        over,
        (text) => text,
        (path, { at }) => this.wrong(path, at, "a later entry of this list replaces it, as in Compose", "warning"),
      );
    return withUniqueEntries(
      this.attempt(base, () => merge(base, over) as MapTree),
      unique,
    );
  }

  /** @returns the tree that is left as it is where the two do not go together */
  attempt<T extends Tree>(otherwise: T, combine: () => T): T {
    try {
      return combine();
    } catch (error) {
      if (!(error instanceof MergeError)) throw error;
      this.wrong(error.path, error.tree.at, error.message);
      return otherwise;
    }
  }

  /** The documents of a file that can be read and are maps. */
  documents(path: string): readonly (ComposeDocument & { readonly tree: MapTree })[] {
    const file = this.files.shown(path);
    try {
      const read = this.files.compose(path);
      if ("documents" in read)
        return read.documents.flatMap(({ tree, resets }) => (tree.kind === "map" ? [{ tree, resets }] : []));
      this.isPartial = true;
      this.findings.push(
        ...read.problems.map(({ message, line }) =>
          mistake({ file, path: "", line }, `${file} is not valid YAML: ${message}`),
        ),
      );
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.isPartial = true;
      this.findings.push(mistake({ file, path: "" }, `${file} ${error.reason}`));
    }
    return [];
  }

  /** With all variables filled in that cannot wait until a deployment is resolved. */
  bound(tree: MapTree, scope: Scope): MapTree {
    const own = scope.own.size === 0 ? tree : this.withOwn(tree, [], scope);
    return withStructure(own, (each, path) => this.filled(each, path, scope)) as MapTree;
  }

  private withOwn(tree: Tree, path: TreePath, scope: Scope): Tree {
    if (tree.kind === "list")
      return { ...tree, items: tree.items.map((item, index) => this.withOwn(item, [...path, index], scope)) };
    if (tree.kind === "map")
      return mapTree(
        [...tree.entries].map(([key, value]) => [key, this.withOwn(value, [...path, key], scope)]),
        tree.at,
      );
    return mentions(tree.value, scope.own) ? this.filled(tree, path, scope, true) : tree;
  }

  /** @param secrets whether variables may stay that are known later */
  filled(tree: Tree, path: TreePath, { lookup }: Scope, secrets = false): Tree {
    if (tree.kind !== "leaf" || typeof tree.value !== "string" || !tree.value.includes("$")) return tree;
    try {
      const { value, unset, required } = fillEarly(tree.value, lookup);
      for (const name of unset)
        this.wrong(path, tree.at, `the variable ${name} is set nowhere, so it is empty`, "warning");
      for (const { name, message } of required) this.wrong(path, tree.at, `${name} is required: ${message}`);
      const late = lateIn(value);
      if (late.length > 0 && !secrets)
        this.wrong(
          path,
          tree.at,
          `${late.join(", ")} cannot be used here: it decides what a deployment consists of`,
          "error",
          instruction("use a setting, or a variable of .env"),
        );
      return leaf(templateOf(value), tree.at);
    } catch (error) {
      // The check of all variables reports it.
      if (error instanceof InterpolationError) return tree;
      throw error;
    }
  }

  private included(tree: MapTree, { resets }: ComposeDocument, model: Model): MapTree {
    const include = entryOf(tree, "include");
    if (include === undefined) return tree;
    const entries = include.kind === "list" ? include.items : [include];
    let content = withEntry(tree, "include", undefined);
    for (const [index, entry] of entries.entries()) {
      const imported = this.include(entry, ["include", index], model);
      if (imported !== undefined) content = this.imported(imported, content, resets);
    }
    return content;
  }

  private include(entry: Tree, at: TreePath, { folder, scope, through }: Model): MapTree | undefined {
    const isText = textIn(entry) !== undefined;
    const given = textsIn(isText ? entry : entryOf(entry, "path"));
    const directory = textsIn(entryOf(entry, "project_directory"));
    const variables = textsIn(entryOf(entry, "env_file"));
    if (!given || given.length === 0 || !directory || !variables) {
      const allowed = "a path, or { path, project_directory, env_file }";
      this.findings.push(mistake(this.source(at, entry.at), "it cannot be read as a file to include", allowed));
      return undefined;
    }
    const paths = given.map((path) => resolve(folder, path));
    const [first = ""] = paths;
    if (through.includes(first)) {
      const circle = [...through.slice(through.indexOf(first)), first].map((path) => this.files.shown(path));
      this.wrong(at, entry.at, `files include each other in a circle: ${circle.join(" → ")}`);
      return undefined;
    }
    const inner = directory[0] === undefined ? dirname(first) : resolve(folder, directory[0]);
    const own = this.includedVariables(variables, { folder, inner, scope }, at, entry.at);
    const lookup: EarlyLookup = (name) => scope.lookup(name) ?? own.get(name);
    const tree = this.model({ paths, folder: inner, scope: { lookup, own }, through });
    return rebased(tree, relative(folder, inner), (each) => this.filled(each, at, { lookup, own }, true));
  }

  private includedVariables(
    given: readonly string[],
    { folder, inner, scope }: { readonly folder: string; readonly inner: string; readonly scope: Scope },
    at: TreePath,
    place: Place,
  ): ReadonlyMap<string, Early> {
    const all = new Map<string, Early>(scope.own);
    const add = (more: ReadonlyMap<string, Early>): void => {
      for (const [name, value] of more) if (scope.lookup(name) === undefined) all.set(name, value);
    };
    if (given.length === 0) add(this.dotenvIn(inner, scope.lookup));
    for (const path of given.filter((each) => each !== "/dev/null")) {
      const file = resolve(folder, path);
      try {
        add(
          this.assigned(
            file,
            readDotenv(this.files.text(file), (name) => scope.lookup(name) ?? all.get(name)),
          ),
        );
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        this.wrong([...at, "env_file"], place, `${this.files.shown(file)} ${error.reason}`);
      }
    }
    return all;
  }

  private imported(from: MapTree, into: MapTree, resets: readonly TreePath[]): MapTree {
    const clean = withoutResets(from, resets);
    return ["services", "volumes", "networks", "secrets", "configs"].reduce((content, kind) => {
      const more = entryOf(clean, kind);
      if (more?.kind !== "map") return content;
      const before = entryOf(content, kind);
      if (before?.kind !== "map") return withEntry(content, kind, more);
      const entries = new Map(before.entries);
      for (const [name, value] of more.entries) {
        const own = entries.get(name);
        if (own === undefined) entries.set(name, value);
        else if (!isSame(value, own))
          entries.set(
            name,
            this.attempt(own, () => merge(value, own, [kind, name])),
          );
      }
      return withEntry(content, kind, mapTree(entries, before.at));
    }, into);
  }

  source(path: TreePath, { file, line }: Place): Source {
    return { file, path: keyText(path), line };
  }

  wrong(path: TreePath, at: Place, message: string, severity: Finding["severity"] = "error", remedy?: Remedy): void {
    this.findings.push({ ...mistake(this.source(path, at), message, undefined, remedy), severity });
  }
}

function mentions(value: unknown, names: ReadonlyMap<string, unknown>): boolean {
  if (typeof value !== "string" || !value.includes("$")) return false;
  try {
    return variablesOf(parseTemplate(value)).some((name) => names.has(name));
  } catch (error) {
    if (error instanceof InterpolationError) return false;
    throw error;
  }
}

/** A place of a file as findings name it: `services.app.ports[0]`. */
export const keyText = (path: TreePath): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
