import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { type Early, type EarlyLookup, fillEarly, InterpolationError } from "./early.ts";

/** A variable of a file of variables. */
export interface Assignment {
  readonly value: Early;
  /** Counted from 1. */
  readonly line: number;
}

/** What a file of variables says, and what is wrong in it. */
export interface Assignments {
  readonly variables: ReadonlyMap<string, Assignment>;
  readonly problems: readonly { readonly message: string; readonly line: number; readonly warning?: true }[];
}

/** What is wrong in a file of variables, as findings. @param file as findings name it */
export const findingsIn = (file: string, { problems }: Assignments): Finding[] =>
  problems.map(({ message, line, warning }) => ({
    ...mistake({ file, path: "", line }, message),
    ...(warning && { severity: "warning" as const }),
  }));

/**
 * Reads a file of variables as Compose does (compose-go's dotenv): `NAME=value` and `NAME: value`, `export`, comments,
 * quotes over several lines, backslashes in double quotes, variables but not in single quotes, and a name alone, which
 * takes the variable of that name. A byte order mark may begin it, and lines may end as on Windows.
 * @param lookup what goes before the file's own variables
 */
export function readDotenv(text: string, lookup: EarlyLookup): Assignments {
  const reading = new Reading(text.replace(/^\uFEFF/, ""), lookup);
  reading.all();
  return reading;
}

/** Reads `format: raw`, as `docker run --env-file` does: a value is all that follows the first `=`. */
export function readRawVariables(text: string, lookup: EarlyLookup): Assignments {
  const variables = new Map<string, Assignment>();
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.replace(/^[ \t]+/, "");
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const value = at < 0 ? lookup(line) : line.slice(at + 1);
    if (value !== undefined) variables.set(at < 0 ? line : line.slice(0, at), { value, line: index + 1 });
  }
  return { variables, problems: [] };
}

/** A space, but no line feed. */
const space = String.raw`[\t\v\f\r \u0085\u00a0]`;
const leading = new RegExp(`${space}*`, "y");
const comment = /#[^\n]*/y;
const exported = new RegExp(`export${space}+`, "y");
/** A name up to its `=` or `:`, or to the end of its line. */
const assigned = new RegExp(String.raw`((?:[\p{L}\p{N}_.\-[\]]|${space})*)([=:]|\n|$)`, "uy");

class Reading implements Assignments {
  readonly variables = new Map<string, Assignment>();
  readonly problems: { message: string; line: number; warning?: true }[] = [];
  private at = 0;
  private line = 1;
  private counted = 0;

  constructor(
    private readonly text: string,
    private readonly lookup: EarlyLookup,
  ) {}

  all(): void {
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length) return;
      if (this.take(comment) !== undefined) continue;
      this.lineNow();
      this.statement();
    }
  }

  private statement(): void {
    this.take(exported);
    const found = this.take(assigned);
    if (found === undefined) {
      const character = /^[^\n]*?([^\p{L}\p{N}_.\-[\]\s])/u.exec(this.text.slice(this.at))?.[1] ?? "";
      this.wrong(`a name cannot have the character ${JSON.stringify(character)}`);
      return this.skipLine();
    }
    const [, written = "", end = ""] = found;
    const name = written.trim();
    const { line } = this;
    if (/\s/.test(name)) {
      this.wrong("a name cannot have a space");
      return end === "\n" || end === "" ? undefined : this.skipLine();
    }
    if (end === "\n" || end === "") {
      const value = this.lookup(name);
      if (value !== undefined) this.variables.set(name, { value, line });
      return;
    }
    this.take(leading);
    const value = this.value();
    if (value !== undefined) this.variables.set(name, { value, line });
  }

  private value(): Early | undefined {
    const quote = this.text[this.at];
    if (quote === '"' || quote === "'") return this.quoted(quote);
    const end = this.endOfLine();
    const written = this.text.slice(this.at, end);
    this.at = end;
    const comment = written.indexOf(" #");
    return this.filled((comment < 0 ? written : written.slice(0, comment)).trimEnd());
  }

  private quoted(quote: string): Early | undefined {
    let written = "";
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const character = this.text[at] ?? "";
      const next = this.text[at + 1];
      if (character === quote) {
        this.at = at + 1;
        return quote === '"' ? this.filled(unescaped(written)) : written;
      }
      if (character === "\\" && next !== undefined) {
        written += next === quote ? next : character + next;
        at += 1;
      } else written += character;
    }
    this.wrong("a quote is not closed");
    this.at = this.text.length;
    return undefined;
  }

  /** What the file itself says comes after what is set outside of it. */
  private filled(written: string): Early | undefined {
    try {
      const { value, unset, required } = fillEarly(
        written,
        (name) => this.lookup(name) ?? this.variables.get(name)?.value,
      );
      for (const name of unset) this.wrong(`the variable ${name} is set nowhere, so it is empty`, true);
      for (const { name, message } of required) this.wrong(`${name} is required: ${message}`);
      return value;
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      // The text around it may be a secret.
      this.wrong("a ${ is not followed by a name, or not closed by }");
      return undefined;
    }
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found !== undefined) this.at = pattern.lastIndex;
    return found;
  }

  private skipSpace(): void {
    while (this.at < this.text.length && /[\s\u0085]/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  private endOfLine(): number {
    const end = this.text.indexOf("\n", this.at);
    return end < 0 ? this.text.length : end;
  }

  private skipLine(): void {
    this.at = this.endOfLine();
  }

  private lineNow(): void {
    for (
      let at = this.text.indexOf("\n", this.counted);
      at >= 0 && at < this.at;
      at = this.text.indexOf("\n", at + 1)
    ) {
      this.line += 1;
      this.counted = at + 1;
    }
  }

  private wrong(message: string, warning?: true): void {
    this.problems.push({ message, line: this.line, ...(warning && { warning }) });
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  $: "$$",
  '"': '"',
  "\\": "\\",
};

/** Backslashes as in a shell; `\$` is a dollar sign that begins no variable. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (whole, letter: string | undefined, digits = "") => {
    if (letter !== undefined) return escapes[letter] ?? whole;
    return /^[0-3][0-7]{2}$/.test(String(digits)) ? String.fromCharCode(parseInt(String(digits), 8)) : whole;
  });
