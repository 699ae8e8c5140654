import { resolve } from "node:path";
import { UnreadableFile } from "../disk/read-text.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction } from "../findings/remedy.ts";
import { entryOf, leaf, type MapTree, mapTree, type Place, type Tree, withEntry } from "../yaml/tree.ts";
import type { ComposeFiles } from "./compose-files.ts";
import { type Assignment, type Assignments, findingsIn, readDotenv, readRawVariables } from "./dotenv.ts";
import { type EarlyLookup, fillEarly, InterpolationError, templateOf } from "./early.ts";
import { itemsOf, pairsOf } from "./merge.ts";
import { textIn } from "./structure.ts";

/** A file that `env_file` or `label_file` names. */
interface Named {
  readonly path: string;
  readonly required: boolean;
  readonly raw: boolean;
  readonly at: Place;
}

/** Puts what `env_file` and `label_file` name into the environment and labels of services, whose own values go first. */
export function variableFiles(
  tree: MapTree,
  folder: string,
  files: ComposeFiles,
  lookup: EarlyLookup,
): { readonly tree: MapTree; readonly findings: ReadonlyMap<string, readonly Finding[]> } {
  const services = entryOf(tree, "services");
  const findings = new Map<string, readonly Finding[]>();
  if (services?.kind !== "map") return { tree, findings };
  const changed = [...services.entries].map(([key, service]): [string, Tree] => {
    if (service.kind !== "map") return [key, service];
    const reader = new Reader(key, folder, files);
    const own = entryOf(service, "environment");
    const environment = own && pairsOf(own);
    const ofEnvironment: EarlyLookup = (name) => lookup(name) ?? valueIn(environment, name, lookup);
    const withEnvironment = reader.into(service, "environment", "env_file", ofEnvironment);
    const withLabels = reader.into(withEnvironment, "labels", "label_file", () => undefined);
    if (reader.findings.length > 0) findings.set(key, reader.findings);
    return [key, withLabels];
  });
  return { tree: withEntry(tree, "services", mapTree(changed, services.at)), findings };
}

/** A value that the service itself has. */
function valueIn(environment: MapTree | undefined, name: string, lookup: EarlyLookup): ReturnType<EarlyLookup> {
  const written = entryOf(environment, name);
  if (written?.kind !== "leaf" || written.value === null) return undefined;
  try {
    return fillEarly(String(written.value), lookup).value;
  } catch (error) {
    if (error instanceof InterpolationError) return undefined;
    throw error;
  }
}

class Reader {
  readonly findings: Finding[] = [];

  constructor(
    private readonly service: string,
    private readonly folder: string,
    private readonly files: ComposeFiles,
  ) {}

  into(service: MapTree, key: "environment" | "labels", from: "env_file" | "label_file", lookup: EarlyLookup): MapTree {
    const written = entryOf(service, from);
    if (written === undefined) return service;
    const all = new Map<string, Tree>();
    const before = new Map<string, Assignment>();
    for (const [index, named] of this.named(written, from).entries()) {
      const read = this.read(named, from, index, (name) => lookup(name) ?? before.get(name)?.value);
      for (const [name, assignment] of read?.variables ?? []) {
        before.set(name, assignment);
        const place = { file: this.files.shown(named.path), line: assignment.line };
        all.set(name, leaf(templateOf(assignment.value), place));
      }
    }
    const own = entryOf(service, key);
    const pairs = own && pairsOf(own);
    const rest = withEntry(service, from, undefined);
    if (own !== undefined && pairs === undefined) return rest;
    return withEntry(rest, key, mapTree([...all, ...(pairs?.entries ?? [])], own?.at ?? written.at));
  }

  private read(
    { path, required, raw, at }: Named,
    key: string,
    index: number,
    lookup: EarlyLookup,
  ): Assignments | undefined {
    const file = this.files.shown(path);
    try {
      const read = (raw ? readRawVariables : readDotenv)(this.files.text(path), lookup);
      this.findings.push(...findingsIn(file, read));
      return read;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      if (error.code === "ENOENT" && !required) return undefined;
      const source = { ...at, path: `services.${this.service}.${key}[${index}]` };
      const remedy = error.code === "ENOENT" ? instruction(`write ${file}, or remove it from ${key}:`) : undefined;
      this.findings.push(mistake(source, `${file} ${error.reason}`, undefined, remedy));
      return undefined;
    }
  }

  private named(written: Tree, key: string): Named[] {
    return itemsOf(written).flatMap((item, index): Named[] => {
      const path = textIn(item) ?? (key === "env_file" ? textIn(entryOf(item, "path")) : undefined);
      const required = entryOf(item, "required");
      const format = textIn(entryOf(item, "format"));
      if (path !== undefined && path !== "" && (format === undefined || format === "raw"))
        return [
          {
            path: resolve(this.folder, path),
            required: !(required?.kind === "leaf" && String(required.value) === "false"),
            raw: format === "raw",
            at: item.at,
          },
        ];
      const allowed = key === "env_file" ? "a path, or { path, required, format: raw }" : "a path, or a list of paths";
      const source = { ...item.at, path: `services.${this.service}.${key}[${index}]` };
      this.findings.push(mistake(source, "it does not name a file", allowed));
      return [];
    });
  }
}
