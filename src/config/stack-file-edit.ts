import { type Document, isCollection, isMap, isScalar, isSeq, parseDocument, stringify } from "yaml";
import type { KeyPath } from "../conflicts/config-key.ts";

/** A stack file that cannot hold what was to be written; the message says why, without a piece of the file. */
export class NotEditable extends Error {}

/**
 * The text of a stack file with one value written into it, as `pulumi config set --path` writes it: a value of its own
 * is always text, and of those further in, whole numbers and truths are such. All else stays as it was typed: comments,
 * order, quotes, encrypted values.
 * @throws NotEditable where something else stands in the way.
 */
export function withValue(text: string, path: KeyPath, value: string): string {
  const document = read(text);
  const at = keyInFile(path);
  for (let length = 1; length < at.length; length += 1) {
    const around = document.getIn(at.slice(0, length), true);
    const key = at[length];
    const name = at.slice(1, length).join(".") || "config";
    if (isScalar(around) && around.value === "") document.deleteIn(at.slice(0, length));
    else if (around !== undefined && !isCollection(around)) throw new NotEditable(`${name} holds a single value`);
    else if (isMap(around) && typeof key === "number") throw new NotEditable(`${name} is a map, not a list`);
    else if (isSeq(around) && typeof key !== "number") throw new NotEditable(`${name} is a list, not a map`);
    const count = isSeq(around) ? around.items.length : 0;
    if (typeof key === "number" && key > count) throw new NotEditable(`the next place of ${name} is ${count}`);
  }
  // Written as YAML 1.1, which the engine reads, too: without quotes a date would become a moment.
  const typed = stringify(path.length > 1 ? meant(value) : value, { version: "1.1", lineWidth: 0 });
  document.setIn(at, parseDocument(typed, asTyped).contents);
  return written(document, text);
}

/** The text of a stack file without a key; as it is where there is none. */
export function withoutValue(text: string, path: KeyPath): string {
  const document = read(text);
  return document.hasIn(keyInFile(path)) && document.deleteIn(keyInFile(path)) ? written(document, text) : text;
}

/** Every value is text and is written as it was typed. */
const asTyped = { schema: "failsafe", logLevel: "error" } as const;

function read(text: string) {
  const document = parseDocument(text, asTyped);
  if (document.errors.length > 0) throw new NotEditable("it is no YAML");
  return document;
}

/** Long lines stay whole, and `{app: 8778}`, as the engine writes it, gets no blanks where the file has it so. */
const written = (document: Document, text: string): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: !/[{[]\S/.test(text) });

const keyInFile = ([key = "", ...rest]: KeyPath): (string | number)[] => ["config", `berth:${key}`, ...rest];

/** As the engine takes a typed value. */
function meant(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^(?:0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}
