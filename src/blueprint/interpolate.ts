import { quoted } from "../notation/quoted.ts";

/**
 * Variables in a Compose file, as the Compose specification has them:
 * `$NAME` `${NAME}` `${NAME:-default}` `${NAME-default}` `${NAME:?message}` `${NAME?message}` `${NAME:+other}` `${NAME+other}`,
 * nested in each other; `$$` is a dollar sign, and any other `$` stays as it is.
 */
export type Template = readonly (string | Variable)[];

interface Variable {
  readonly name: string;
  readonly operator?: Operator;
  readonly argument: Template;
}

type Operator = ":-" | "-" | ":?" | "?" | ":+" | "+";

/** A piece of a value: text, or something that is not text yet (a secret's reference). */
export type Lookup<Piece> = (name: string) => string | Piece | undefined;

/** What came out: the pieces in order, neighbouring text joined. */
export interface Interpolated<Piece> {
  readonly pieces: readonly (string | Piece)[];
  /** Variables that were neither set nor had a default: Compose takes the empty text for them. */
  readonly unset: readonly string[];
  /** Of `${NAME:?message}` whose variable was not set. */
  readonly required: readonly { readonly name: string; readonly message: string }[];
}

export class InterpolationError extends Error {}

const bareName = /[A-Za-z_][A-Za-z0-9_]*/y;
const operator = /^(?::-|:\?|:\+|-|\?|\+)/;
const parsedTemplates = new Map<string, Template>();

/** More than anybody can read; each level takes some of the stack. */
const mostNesting = 50;
/** Twice what Linux takes for one variable of the environment. */
const mostText = 256 * 1024;

/** @throws {InterpolationError} where a `${` is not closed, holds no name or is nested too deeply. */
export function parseTemplate(text: string): Template {
  const known = parsedTemplates.get(text);
  if (known !== undefined) return known;
  const [template] = parseUntil(text, 0, 0);
  parsedTemplates.set(text, template);
  return template;
}

function parseUntil(text: string, start: number, depth: number): [Template, number] {
  if (depth > mostNesting) throw new InterpolationError(`\${ is nested more than ${mostNesting} times`);
  const template: (string | Variable)[] = [];
  let literal = "";
  let at = start;
  const push = (variable: Variable): void => {
    if (literal !== "") template.push(literal);
    literal = "";
    template.push(variable);
  };
  while (at < text.length) {
    if (depth > 0 && text[at] === "}") break;
    if (text[at] !== "$") {
      literal += text[at++];
    } else if (text[at + 1] === "$") {
      literal += "$";
      at += 2;
    } else if (text[at + 1] === "{") {
      const [variable, next] = parseBraces(text, at, depth);
      push(variable);
      at = next;
    } else {
      bareName.lastIndex = at + 1;
      const bare = bareName.exec(text)?.[0];
      if (bare === undefined) literal += text[at++];
      else {
        push({ name: bare, argument: [] });
        at += 1 + bare.length;
      }
    }
  }
  if (literal !== "") template.push(literal);
  return [template, at];
}

function parseBraces(text: string, start: number, depth: number): [Variable, number] {
  bareName.lastIndex = start + 2;
  const variable = bareName.exec(text)?.[0];
  if (variable === undefined) throw new InterpolationError(`\${ is not followed by a name in ${quoted(text)}`);
  const afterName = start + 2 + variable.length;
  const found = operator.exec(text.slice(afterName, afterName + 2))?.[0] as Operator | undefined;
  const from = afterName + (found?.length ?? 0);
  const [argument, end] = found === undefined ? ([[], from] as const) : parseUntil(text, from, depth + 1);
  if (text[end] !== "}") throw new InterpolationError(`\${${variable} is not closed by } in ${quoted(text)}`);
  return [{ name: variable, operator: found, argument }, end + 1];
}

/** @throws {InterpolationError} where the text becomes longer than anything can take. */
export function interpolate<Piece>(template: Template, lookup: Lookup<Piece>): Interpolated<Piece> {
  const { pieces, unset, required } = new Walk(lookup).through(template);
  return { pieces, unset, required };
}

/** One way through a template, and what it collects. */
class Walk<Piece> {
  readonly pieces: (string | Piece)[] = [];
  readonly unset: string[] = [];
  readonly required: { name: string; message: string }[] = [];

  private length = 0;

  constructor(private readonly lookup: Lookup<Piece>) {}

  through(template: Template): this {
    for (const node of template) {
      if (typeof node === "string") this.add(node);
      else this.substitute(node);
    }
    return this;
  }

  private add(piece: string | Piece): void {
    this.length += typeof piece === "string" ? piece.length : 0;
    if (this.length > mostText) throw new InterpolationError(`the text is longer than ${mostText / 1024} KiB`);
    const last = this.pieces.at(-1);
    if (typeof piece === "string" && typeof last === "string") this.pieces[this.pieces.length - 1] = last + piece;
    else if (piece !== "") this.pieces.push(piece);
  }

  private substitute({ name, operator, argument }: Variable): void {
    const value = this.lookup(name);
    const isSet = value !== undefined && !(value === "" && operator?.startsWith(":") === true);
    switch (operator) {
      case ":+":
      case "+":
        if (isSet) this.through(argument);
        return;
      case ":-":
      case "-":
        if (isSet) this.add(value);
        else this.through(argument);
        return;
      case ":?":
      case "?": {
        if (isSet) return this.add(value);
        const message = argument.filter((part) => typeof part === "string").join("") || "it has no default";
        this.required.push({ name, message });
        return;
      }
      default:
        if (isSet) this.add(value);
        else this.unset.push(name);
    }
  }
}

/** Every variable that a text mentions, in defaults too. */
export function variablesOf(template: Template): string[] {
  return template.flatMap((node) => (typeof node === "string" ? [] : [node.name, ...variablesOf(node.argument)]));
}
