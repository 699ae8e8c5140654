import { at, isMap, isSecure } from "./raw-values.ts";
import { projectFile } from "./schema.ts";
import { join } from "node:path";
import type { KeyPath } from "../findings/config-key.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction } from "../findings/remedy.ts";
import { quoted } from "../notation/quoted.ts";
import { ambiguousValues, isDate } from "../yaml/ambiguous.ts";
import { berthKeys, engineKey } from "./engine-keys.ts";
import type { ProjectDefaults, RawStack } from "./raw-stack.ts";
import { readText, UnreadableFile } from "../disk/read-text.ts";
import { readYaml, type YamlFile } from "../yaml/yaml-file.ts";
import { ownValue } from "../notation/own-value.ts";

/** Pulumi.yaml is none: without the project's name nothing live can be known as its own. */
export class ProjectFileError extends Error {}

/**
 * The project's name, and its defaults from `config:` in Pulumi.yaml, as the engine reads them.
 * @throws ProjectFileError where the engine would refuse the file.
 */
export function projectDefaults(root: string): { project: string; defaults: ProjectDefaults } {
  const read = readYaml(projectText(root));
  if ("problems" in read)
    throw new ProjectFileError(`${projectFile} is not valid YAML: ${read.problems[0]?.message ?? ""}`);
  const { content } = read.file;
  if (!isMap(content)) throw new ProjectFileError(`${projectFile}: expected a map of keys, name: among them`);
  const { name, config = null, stackConfigDir = null } = content;
  if (typeof name !== "string" || name === "")
    throw new ProjectFileError(`${projectFile}: expected name: and the project's name, found ${quoted(name)}`);
  if (typeof config === "string" || stackConfigDir !== null)
    throw new ProjectFileError(`${projectFile}: berth reads stack files beside ${projectFile}; remove stackConfigDir:`);
  if (config !== null && !isMap(config)) throw new ProjectFileError(`${projectFile}: config: is not a map of keys`);
  return { project: name, defaults: defaultsOf(config ?? {}, read.file, name) };
}

function projectText(root: string): string {
  try {
    return readText(join(root, projectFile));
  } catch (error) {
    throw error instanceof UnreadableFile ? new ProjectFileError(`${projectFile} ${error.reason}`) : error;
  }
}

function defaultsOf(config: Readonly<Record<string, unknown>>, read: YamlFile, project: string): ProjectDefaults {
  const entries = Object.entries(config).map(([key, entry]) => [key, projectValue(entry)] as const);
  const given = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  const place = { file: projectFile, project, line: (key: string) => read.line(["config", key]) };
  const { values, written, findings } = berthKeys(given, place);
  const under = new Map(entries.map(([key, { word }]) => [key, word]));
  const inFile = ([name = "", ...rest]: KeyPath): KeyPath => {
    const key = written.get(String(name)) ?? "";
    const word = under.get(key);
    return word === undefined ? ["config", key, ...rest] : ["config", key, word, ...rest];
  };
  const keyOf = ([group, key = "", ...rest]: KeyPath): KeyPath | undefined => {
    const name = group === "config" ? engineKey(String(key), project) : undefined;
    if (name?.namespace !== "berth") return undefined;
    return [name.name, ...(under.get(String(key)) === undefined ? rest : rest.slice(1))];
  };
  return {
    project,
    values,
    line: (path) => read.line(inFile(path)),
    typed: (path) => read.typed(inFile(path)),
    findings: [
      ...findings,
      ...Object.entries(config).flatMap(([key, entry]) => refusals(key, entry, project, place.line(key))),
      ...ambiguousValues(read.ambiguous, keyOf, { file: projectFile }),
      ...read.ambiguous.flatMap(({ path, typed, line }) =>
        path[0] === "config" && keyOf(path) === undefined && isDate(typed)
          ? [mistake({ file: projectFile, path: String(path[1]), line }, `found ${typed}`, `"${typed}" in quotes`)]
          : [],
      ),
    ],
  };
}

/** The value of an entry of `config:`: the entry itself, or what stands under `value:` or `default:` of a map. */
function projectValue(entry: unknown): { readonly value: unknown; readonly word?: "value" | "default" } {
  if (!isMap(entry)) return { value: entry };
  const word = (entry["value"] ?? null) !== null ? "value" : "default";
  return { value: entry[word], word };
}

/** Why the engine refuses an entry of `config:` [Pulumi 3.260, sdk/go/common/workspace/project.json and project.go]. */
function refusals(key: string, entry: unknown, project: string, line: number | undefined): Finding[] {
  const source = { file: projectFile, path: key, line };
  const isOwn = !key.includes(":") || key.startsWith(`${project}:`);
  const isOfBerth = engineKey(key, project)?.namespace === "berth";
  const wrong = (message: string, advice?: string): Finding[] => [
    mistake(source, message, "{ value: … }", advice === undefined ? undefined : instruction(advice)),
  ];
  if (!isMap(entry)) {
    const isTaken = typeof entry === "string" || typeof entry === "boolean" || Array.isArray(entry);
    return isTaken || Number.isInteger(entry) ? [] : wrong(`found ${quoted(entry)}, which the engine refuses here`);
  }
  // What berth's own keys may be is checked by berth, for every stack.
  const words = ["value", "default", "description", ...(isOwn && !isOfBerth ? ["type", "items", "secret"] : [])];
  const unknown = Object.keys(entry).filter((word) => !words.includes(word));
  if (unknown.length > 0)
    return wrong(`found ${unknown.join(", ")}`, `write the map under ${key}: value: in ${projectFile}`);
  const { value = null, default: usual = null } = entry;
  if (value !== null && usual !== null) return wrong("found both value: and default:", "remove default:");
  if (usual !== null && !isOwn) return wrong("found default:, which the engine refuses here", "rename it to value:");
  return value === null && usual === null && (isOfBerth || !isOwn) ? wrong("it has no value") : [];
}

/** A stack with the project's defaults, and for each value the file that it is written in. */
export interface WholeStack extends RawStack {
  readonly fileOf: (path: KeyPath) => string;
}

/** Keys that hold values by name: what a stack says of one name leaves the project's others as they are. */
const byName: ReadonlySet<string> = new Set([
  "ports",
  "images",
  "settings",
  "secrets",
  "services",
  "subnets",
  "volumes",
]);

/** Adds what the project says to what a stack says: the stack's keys win, and in maps its names. */
export function withDefaults(raw: RawStack): WholeStack {
  const { values: common, ...places } = raw.defaults ?? { values: {} };
  if (Object.keys(common).length === 0) return { ...raw, fileOf: () => raw.file };
  const merged = Object.entries(common).flatMap(([key, value]): [string, unknown][] => {
    const own = ownValue(raw.values, key);
    if (!Object.hasOwn(raw.values, key)) return [[key, value]];
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
