import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { KeyPath } from "../conflicts/config-key.ts";
import { meant } from "./schema.ts";
import type { ProjectDefaults, RawStack } from "./raw-stack.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

export const projectFile = "Pulumi.yaml";

/** Pulumi.yaml is none: without the project's name nothing live can be known as its own. */
export class ProjectFileError extends Error {}

/**
 * The project's name, and its defaults from `config:` in Pulumi.yaml. The engine wants a map under `value:` (or
 * `default:`); what is no map may be written plainly.
 * @throws ProjectFileError where the file is no YAML.
 */
export function projectDefaults(root: string): { project: string; defaults: ProjectDefaults } {
  const read = readYaml(readFileSync(join(root, projectFile), "utf8"));
  if ("problems" in read) throw new ProjectFileError(`${projectFile} is no YAML: ${read.problems[0]?.message ?? ""}`);
  const content = (read.file.content ?? {}) as { name?: string; config?: Record<string, unknown> };
  return { project: content.name ?? basename(root), defaults: defaultsOf(content.config ?? {}, read.file) };
}

function defaultsOf(config: Readonly<Record<string, unknown>>, file: YamlFile): ProjectDefaults {
  const places = new Map<string, KeyPath>();
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(config)) {
    if (!key.startsWith("berth:")) continue;
    const name = key.slice("berth:".length);
    const under = isMap(entry) ? ["value", "default"].find((word) => word in entry) : undefined;
    places.set(name, under === undefined ? ["config", key] : ["config", key, under]);
    values[name] = meant(name, under === undefined ? entry : (entry as Record<string, unknown>)[under]);
  }
  const inFile = ([key, ...rest]: KeyPath): KeyPath => [...(places.get(String(key)) ?? []), ...rest];
  return { values, line: (path) => file.line(inFile(path)), typed: (path) => file.typed(inFile(path)) };
}

/** A stack with the project's defaults, and for each value the file that it is written in. */
export interface WholeStack extends RawStack {
  readonly fileOf: (path: KeyPath) => string;
}

/** Keys that hold values by name: what a stack says of one name leaves the project's others as they are. */
const byName: ReadonlySet<string> = new Set(["ports", "images", "settings", "secrets", "services", "subnets"]);

/** Adds what the project says to what a stack says: the stack's keys win, and in maps its names. */
export function withDefaults(raw: RawStack): WholeStack {
  const { values: common, ...places } = raw.defaults ?? { values: {} };
  if (Object.keys(common).length === 0) return { ...raw, fileOf: () => raw.file };
  const merged = Object.entries(common).flatMap(([key, value]): [string, unknown][] => {
    const own = raw.values[key];
    if (!(key in raw.values)) return [[key, value]];
    return byName.has(key) && isMap(own) && isMap(value) ? [[key, { ...value, ...own }]] : [];
  });
  const isInherited = (path: KeyPath): boolean => {
    const [key = ""] = path;
    const place = path.slice(0, byName.has(String(key)) ? 2 : 1);
    const [own, inherited] = [at(raw.values, place), at(common, place)];
    if (inherited === undefined || own === undefined) return inherited !== undefined;
    // The engine hands over the project's values as if they were the stack's; the file does not have them.
    return raw.line?.([key]) === undefined && JSON.stringify(own) === JSON.stringify(inherited);
  };
  return {
    ...raw,
    values: { ...raw.values, ...Object.fromEntries(merged) },
    encrypted: (path) => (isInherited(path) ? isSecure(at(common, path)) : raw.encrypted?.(path) === true),
    line: (path) => (isInherited(path) ? places.line : raw.line)?.(path),
    typed: (path) => (isInherited(path) ? places.typed : raw.typed)?.(path),
    fileOf: (path) => (isInherited(path) ? projectFile : raw.file),
  };
}

/** The value at a path of plain data. */
export function at(values: unknown, path: KeyPath): unknown {
  let value = values;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An encrypted value is a map with the one key `secure`. */
export const isSecure = (value: unknown): boolean =>
  isMap(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
