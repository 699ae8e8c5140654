import { dirname, relative, resolve } from "node:path";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { ComposeDocument } from "../yaml/compose-yaml.ts";
import { entryOf, type MapTree, mapTree, type Tree, withEntry } from "../yaml/tree.ts";
import type { Assembly, Scope } from "./assemble.ts";
import { merge } from "./merge.ts";
import { rebased } from "./relative-paths.ts";
import { withoutResets } from "./resets.ts";
import { textIn } from "./structure.ts";

/** Where services stand that are extended. */
interface Ground {
  /** The file of the services. */
  readonly path: string;
  /** What paths of files are relative to. */
  readonly folder: string;
  readonly scope: Scope;
}

interface Services {
  readonly path: string;
  readonly services: Map<string, Tree>;
  readonly resets: ComposeDocument["resets"];
}

/** Makes `extends` true: a service gets what another one has, as if a file with its own keys came after that one's. */
export class Extensions {
  constructor(private readonly assembly: Assembly) {}

  apply(tree: MapTree, { resets }: ComposeDocument, ground: Ground): MapTree {
    const written = entryOf(tree, "services");
    if (written?.kind !== "map") return tree;
    if (![...written.entries.values()].some((service) => entryOf(service, "extends") !== undefined)) return tree;
    const all: Services = { path: ground.path, services: new Map(written.entries), resets };
    for (const name of written.entries.keys()) this.extended(name, all, ground, []);
    return withEntry(tree, "services", mapTree(all.services, written.at));
  }

  private extended(name: string, all: Services, ground: Ground, through: readonly string[]): Tree | undefined {
    const service = all.services.get(name);
    const extension = entryOf(service, "extends");
    if (service?.kind !== "map" || extension === undefined) return service;
    const own = withEntry(service, "extends", undefined);
    const keep = (tree: Tree): Tree => {
      all.services.set(name, tree);
      return tree;
    };
    const at = ["services", name, "extends"];
    const ref = textIn(extension) ?? textIn(entryOf(extension, "service"));
    const file = entryOf(extension, "file");
    if (ref === undefined || (file !== undefined && textIn(file) === undefined)) {
      this.assembly.wrong(at, extension.at, "it does not name a service: expected a name, or { service, file }");
      return keep(own);
    }
    const shown = `${name} in ${this.assembly.files.shown(all.path)}`;
    if (through.includes(shown)) {
      const circle = [...through.slice(through.indexOf(shown)), shown].join(" → ");
      this.assembly.wrong(at, extension.at, `services extend each other in a circle: ${circle}`);
      return keep(own);
    }
    const others = file === undefined ? all : this.fileOf(resolve(ground.folder, textIn(file) ?? ""), ground);
    if (others === undefined) return keep(own);
    if (!others.services.has(ref)) {
      const nearest = closest(ref, [...others.services.keys()]);
      const remedy = nearest === undefined ? undefined : instruction(`write ${nearest} for ${ref}`);
      const where = this.assembly.files.shown(others.path);
      this.assembly.wrong(at, extension.at, `${where} has no service ${ref}`, "error", remedy);
      return keep(own);
    }
    const base = this.extended(ref, others, ground, [...through, shown]);
    // A circle has been reported, and left without what extends the service itself.
    const current = all.services.get(name);
    if (current !== service && current !== undefined) return current;
    if (base?.kind !== "map") return keep(own);
    const wrapped = mapTree([["services", mapTree([[name, base]], base.at)]], base.at);
    const clean = entryOf(entryOf(withoutResets(wrapped, all.resets), "services"), name) ?? base;
    return keep(this.assembly.attempt(own, () => merge(clean, own, ["services", name]) as MapTree));
  }

  /** The services of another file, with its paths as the extending file would write them. */
  private fileOf(path: string, { folder, scope }: Ground): Services | undefined {
    const before = this.assembly.findings.length;
    let content = mapTree([], { file: this.assembly.files.shown(path), line: 1 });
    let resets: ComposeDocument["resets"] = [];
    for (const document of this.assembly.documents(path)) {
      content = this.assembly.merged(
        withoutResets(content, document.resets),
        this.assembly.bound(document.tree, scope),
        scope,
      );
      ({ resets } = document);
    }
    if (this.assembly.findings.length > before && content.entries.size === 0) return undefined;
    const moved = rebased(content, relative(folder, dirname(path)), (each) =>
      this.assembly.filled(each, ["services"], scope, true),
    );
    const services = entryOf(moved, "services");
    return { path, services: new Map(services?.kind === "map" ? services.entries : []), resets };
  }
}
