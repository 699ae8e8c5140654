import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
  stringify,
  type ToStringOptions,
  visit,
} from "yaml";
import { configKey, type KeyPath } from "../findings/config-key.ts";
import { ownValue } from "../notation/own-value.ts";
import { engineKey } from "./engine-keys.ts";
import { at as valueAt } from "./raw-values.ts";
import { meant as meantBy } from "./schema.ts";
import { foreignCharacter } from "../yaml/yaml-file.ts";

/** A stack file that cannot hold what was to be written; the message says why, without a piece of the file. */
export class NotEditable extends Error {}

/**
 * The text of a stack file with one value written into it, as `pulumi config set --path` writes it: a value of its own
 * is always text, and of those further in, whole numbers and truths are such. All else stays as it was typed: comments,
 * order, quotes, encrypted values. A map in JSON text becomes one of YAML.
 * @param project the project's name: the engine reads a key without a namespace as one of it
 * @throws NotEditable where something else stands in the way.
 */
export function withValue(text: string, path: KeyPath, value: string, project = ""): string {
  const document = read(text);
  const [place = [], other] = placesIn(document, path, project);
  if (other !== undefined)
    throw new NotEditable(`${place[1]} and ${other[1]} are the same key to the engine; remove one of them`);
  if (path.length > 1) openJson(document, path, place);
  for (let length = 1; length < place.length; length += 1) {
    const around = document.getIn(place.slice(0, length), true);
    const key = place[length];
    const name = place.slice(1, length).join(".") || "config";
    if (isScalar(around) && around.value === "") document.deleteIn(place.slice(0, length));
    else if (around !== undefined && !isCollection(around)) throw new NotEditable(`${name} holds a single value`);
    else if (isMap(around) && typeof key === "number") throw new NotEditable(`${name} is a map, not a list`);
    else if (isSeq(around) && typeof key !== "number") throw new NotEditable(`${name} is a list, not a map`);
    const count = isSeq(around) ? around.items.length : 0;
    if (typeof key === "number" && key > count) throw new NotEditable(`the next place of ${name} is ${count}`);
  }
  document.setIn(place, asNode(path.length > 1 ? meant(value) : value));
  return written(document, text);
}

/**
 * The text of a stack file without a key; as it is where there is none.
 * @param project as of {@link withValue}
 * @throws NotEditable where the value would still be there, because an anchor brings it in.
 */
export function withoutValue(text: string, path: KeyPath, project = ""): string {
  const document = read(text);
  if (!isSet(document, path, project)) return text;
  for (const place of placesIn(document, path, project)) {
    if (path.length > 1) openJson(document, path, place);
    if (document.hasIn(place)) document.deleteIn(place);
  }
  if (isSet(document, path, project)) throw new NotEditable(stillSet({ document, text }, path, project));
  return written(document, text);
}

/** The line of a key of berth in the text of a stack file, counted from 0; undefined where it has none of its own. */
export function lineOfKey(text: string, name: string, project: string): number | undefined {
  const document = read(text);
  const config = document.get("config", true);
  const [[, written] = []] = placesIn(document, [name], project);
  const pair = isMap(config) ? config.items.find(({ key }) => isScalar(key) && key.value === written) : undefined;
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return start === undefined ? undefined : text.slice(0, start).split("\n").length - 1;
}

/** Where a key is written, in the words that the file has for it; more than one place where it stands there twice. */
function placesIn(document: Document, [name = "", ...rest]: KeyPath, project: string): (string | number)[][] {
  const config = document.get("config", true);
  const keys = isMap(config) ? config.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
  const found = keys.filter((key) => isOfBerth(key, name, project));
  return (found.length === 0 ? [`berth:${name}`] : found).map((key) => ["config", key, ...rest]);
}

function isOfBerth(key: string, name: string | number, project: string): boolean {
  const read = engineKey(key, project);
  return read?.namespace === "berth" && read.name === name;
}

/** Whether the engine finds a value at a path, whatever brings it in. */
function isSet(document: Document, [name = "", ...rest]: KeyPath, project: string): boolean {
  const config = ownValue(data(document), "config");
  const entries = typeof config === "object" && config !== null ? Object.entries(config) : [];
  return entries.some(
    ([key, value]) => isOfBerth(key, name, project) && valueAt(meantBy(String(name), value), rest) !== undefined,
  );
}

function data(document: Document): Record<string, unknown> {
  try {
    return (document.toJS() ?? {}) as Record<string, unknown>;
  } catch {
    throw new NotEditable("it has an alias (*name) that stands for nothing, itself or too much");
  }
}

/** Writes a map or list in JSON text as one of YAML, so that a part of it can be changed. */
function openJson(document: Document, [name = ""]: KeyPath, [config, key]: readonly (string | number)[]): void {
  const text = document.getIn([config, key], true);
  if (!isScalar(text) || typeof text.value !== "string") return;
  const value = meantBy(String(name), text.value);
  if (typeof value !== "object" || value === null) return;
  const node = asNode(value);
  if (node !== null && text.comment) node.commentBefore = text.comment;
  document.setIn([config, key], node);
}

/** Why a value that was taken out is still there. */
function stillSet(file: FileText, path: KeyPath, project: string): string {
  const { document } = file;
  const key = configKey(path);
  const config = document.get("config", true);
  const anchored = placesIn(document, path, project)
    .map(([, ...place]) => bringing(file, config, place))
    .find((node) => node !== undefined);
  if (anchored === undefined) return `another part of it sets ${key}; edit the file`;
  return `${key} comes from the anchor &${anchored.name} on line ${anchored.line}; edit it there`;
}

interface FileText {
  readonly document: Document;
  readonly text: string;
}

interface Anchor {
  readonly name: string;
  readonly line: number;
}

/** The nearest anchor that brings in what stands at a path below a node. */
function bringing(file: FileText, node: unknown, [key, ...rest]: KeyPath, outer?: Anchor): Anchor | undefined {
  const target = isAlias(node) ? node.resolve(file.document) : node;
  const anchor = isAlias(node) ? anchorOf(file.text, node.source, target) : outer;
  if (key === undefined) return anchor;
  if (!isCollection(target)) return isScalar(target) ? anchor : undefined;
  if (target.has(key)) return bringing(file, target.get(key, true), rest, anchor);
  const merged = isMap(target)
    ? target.items.find((item) => isScalar(item.key) && isMerge(item.key))?.value
    : undefined;
  return (isSeq(merged) ? merged.items : [merged])
    .map((each) => bringing(file, each, [key, ...rest], anchor))
    .find((found) => found !== undefined);
}

const isMerge = ({ value }: Scalar): boolean => value === "<<" || typeof value === "symbol";

function anchorOf(text: string, name: string, node: unknown): Anchor | undefined {
  const start = isNode(node) ? node.range?.[0] : undefined;
  if (start === undefined) return undefined;
  return { name, line: text.slice(0, Math.max(0, text.lastIndexOf(`&${name}`, start))).split("\n").length };
}

/** Every value is text and is written as it was typed. */
const asTyped = { schema: "failsafe", merge: true, logLevel: "error" } as const;

/**
 * A value as the engine writes it: as YAML 1.1, which it reads, too, and where without quotes a date would become a
 * moment.
 */
const asNode = (value: unknown) => parseDocument(stringify(value, { version: "1.1", lineWidth: 0 }), asTyped).contents;

function read(text: string) {
  const document = parseDocument(text, asTyped);
  if (document.errors.length > 0) throw new NotEditable("it is not valid YAML");
  return document;
}

/** Long lines stay whole, and `{app: 8778}`, as the engine writes it, gets no blanks where the file has it so. */
function written(document: Document, text: string): string {
  try {
    const after = documentText(document, { lineWidth: 0, flowCollectionPadding: !/[{[]\S/.test(text) });
    return `${text.startsWith("\ufeff") ? "\ufeff" : ""}${withLineEnds(after, text)}`;
  } catch {
    throw new NotEditable("another value refers to this one by an alias (*name)");
  }
}

/** A text with the line ends of the one that it was made from: of its first line, but where a line is as it was. */
function withLineEnds(after: string, before: string): string {
  if (!before.includes("\r\n")) return after;
  const old = before.replace(/^\ufeff/, "").split("\n");
  const lines = after.split("\n");
  const isAsItWas = (line: string, was: string | undefined): boolean => was?.replace(/\r$/, "") === line;
  const first = lines.findIndex((line, index) => !isAsItWas(line, old[index]));
  let last = 0;
  while (last < lines.length && isAsItWas(lines.at(-1 - last) ?? "", old.at(-1 - last))) last += 1;
  const end = old[0]?.endsWith("\r") ? "\r" : "";
  return lines
    .map((line, index) => {
      const fromEnd = index - lines.length;
      if (first < 0 || index < first) return old[index] ?? line;
      if (-fromEnd <= last) return old.at(fromEnd) ?? line;
      return `${line}${end}`;
    })
    .join("\n");
}

/** A document as text. Characters that YAML does not accept as they are stand in double quotes, behind a backslash. */
export function documentText(document: Document, options: ToStringOptions): string {
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && foreignCharacter.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  const all = new RegExp(foreignCharacter.source, `${foreignCharacter.flags}g`);
  return document
    .toString(options)
    .replace(all, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As the engine takes a typed value. */
function meant(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^(?:0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}
