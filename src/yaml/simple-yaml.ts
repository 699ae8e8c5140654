/** What stands in a map or list of YAML, by key or index. */
export type Places = ReadonlyMap<unknown, Place>;

export interface Place {
  /** Where its key begins, or in a list the value itself. */
  readonly start: number | undefined;
  /** A value as it was typed without quotes. */
  readonly typed: string | undefined;
  readonly inside: Places | undefined;
}

const word = String.raw`[A-Za-z][\w.-]{0,99}`;
/** Western letters with accents, too. */
const letters = String.raw`A-Za-z\u00c0-\u024f`;
/** A colon begins a value where a space or the line's end follows it, and so stands in no text. */
const text = String.raw`[${letters}](?:[${letters}\d_ ./@+=,;!?'"&()%*~-]|:(?=[\w/]))*(?<! )`;
const subnet = String.raw`\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?`;
const number = String.raw`-?[1-9]\d{0,14}|0|-?\d{1,9}\.\d{1,6}`;
const quoted = String.raw`'[^'\n]*'|"[^"\\\n]*"`;
const value = String.raw`${text}|${subnet}|${number}|${quoted}`;
/** Its indentation; the dash of an item or the key of a map, and the value; or a comment, or nothing. */
const line = new RegExp(
  String.raw`( *)(?:(?:(- +)|(${word}(?::${word})?):(?: +|(?=\n|$)))(?:(${value})(?: +#.*)?|#.*)?|#.*)?(?:\n|$)`,
  "y",
);
const numeric = new RegExp(`^(?:${number})$`);
/** What is no text without quotes. */
const reserved = /^(?:true|false|null)$/i;

/** A map or list in the reading. */
interface Level {
  readonly indent: number;
  readonly content: Record<string, unknown> | unknown[];
  readonly places: Map<unknown, Place>;
}

/**
 * Reads YAML as `pulumi config set` and most people write it in a stack file: maps and lists by indentation, of names,
 * words and numbers. The parser of all YAML takes twenty times as long, which with hundreds of stacks is half of a check.
 * Undefined where anything is written otherwise, or is wrong, and so for that parser. Where this one answers, both say the
 * same.
 */
export function simpleYaml(text: string): { readonly content: unknown; readonly places: Places } | undefined {
  const root: Level = { indent: 0, content: {}, places: new Map() };
  const levels = [root];
  /** The key of the last line where it had no value: deeper lines are its value. */
  let open: { readonly level: Level; readonly key: string; readonly start: number } | undefined;
  for (line.lastIndex = 0; line.lastIndex < text.length;) {
    const begin = line.lastIndex;
    const found = line.exec(text);
    if (found === null) return undefined;
    const [, { length: indent } = "", dash, key, written] = found;
    if (dash === undefined && key === undefined) continue;
    if (open !== undefined && indent + (dash === undefined ? 0 : 1) > open.level.indent) {
      const inner: Level = { indent, content: dash === undefined ? {} : [], places: new Map() };
      put(open.level, open.key, inner.content, { start: open.start, typed: undefined, inside: inner.places });
      levels.push(inner);
    } else while (isOver(levels.at(-1), indent, dash)) levels.pop();
    const level = levels.at(-1);
    if (level?.indent !== indent || Array.isArray(level.content) === (dash === undefined)) return undefined;
    const name = key ?? level.places.size;
    const value = valueOf(written);
    if (value === undefined || level.places.has(name) || reserved.test(key ?? "")) return undefined;
    if (dash !== undefined && written === undefined) return undefined;
    const start = begin + indent + (dash?.length ?? 0);
    const typed = isQuoted(written) ? undefined : (written ?? "");
    put(level, name, value, { start, typed, inside: undefined });
    open = key !== undefined && written === undefined ? { level, key, start } : undefined;
  }
  return root.places.size === 0 ? undefined : root;
}

/** Whether a line of this indentation is no longer in a map or list. */
const isOver = (level: Level | undefined, indent: number, dash: string | undefined): boolean =>
  level !== undefined &&
  (level.indent > indent || (level.indent === indent && Array.isArray(level.content) && dash === undefined));

function put({ content, places }: Level, name: string | number, value: unknown, place: Place): void {
  (content as Record<string | number, unknown>)[name] = value;
  places.set(name, place);
}

function valueOf(written: string | undefined): unknown {
  if (written === undefined) return null;
  if (isQuoted(written)) return written.slice(1, -1);
  if (numeric.test(written)) return Number(written);
  if (written === "true" || written === "false") return written === "true";
  return reserved.test(written) ? undefined : written;
}

const isQuoted = (written = ""): boolean => written.startsWith("'") || written.startsWith('"');
