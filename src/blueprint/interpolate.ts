/**
 * Variables in a Compose file, as the Compose specification has them:
 * `$NAME` `${NAME}` `${NAME:-default}` `${NAME-default}` `${NAME:?message}` `${NAME?message}` `${NAME:+other}` `${NAME+other}`,
 * nested in each other; `$$` is a dollar sign, and any other `$` stays as it is.
 */
export type Template = readonly (string | Variable)[];

export interface Variable {
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

const name = /^[A-Za-z_][A-Za-z0-9_]*/;
const operator = /^(?::-|:\?|:\+|-|\?|\+)/;
const parsedTemplates = new Map<string, Template>();

/** @throws {InterpolationError} where a `${` is not closed or holds no name. */
export function parseTemplate(text: string): Template {
  const known = parsedTemplates.get(text);
  if (known !== undefined) return known;
  const [template] = parseUntil(text, 0, false);
  parsedTemplates.set(text, template);
  return template;
}

function parseUntil(text: string, start: number, nested: boolean): [Template, number] {
  const template: (string | Variable)[] = [];
  let literal = "";
  let at = start;
  const push = (variable: Variable): void => {
    if (literal !== "") template.push(literal);
    literal = "";
    template.push(variable);
  };
  while (at < text.length) {
    if (nested && text[at] === "}") break;
    if (text[at] !== "$") {
      literal += text[at++];
    } else if (text[at + 1] === "$") {
      literal += "$";
      at += 2;
    } else if (text[at + 1] === "{") {
      const [variable, next] = parseBraces(text, at);
      push(variable);
      at = next;
    } else {
      const bare = name.exec(text.slice(at + 1))?.[0];
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

function parseBraces(text: string, start: number): [Variable, number] {
  const rest = text.slice(start + 2);
  const variable = name.exec(rest)?.[0];
  if (variable === undefined) throw new InterpolationError(`\${ is not followed by a name in ${JSON.stringify(text)}`);
  const found = operator.exec(rest.slice(variable.length))?.[0] as Operator | undefined;
  const from = start + 2 + variable.length + (found?.length ?? 0);
  const [argument, end] = found === undefined ? ([[], from] as const) : parseUntil(text, from, true);
  if (text[end] !== "}") throw new InterpolationError(`\${${variable} is not closed by } in ${JSON.stringify(text)}`);
  return [{ name: variable, operator: found, argument }, end + 1];
}

export function interpolate<Piece>(template: Template, lookup: Lookup<Piece>): Interpolated<Piece> {
  const { pieces, unset, required } = new Walk(lookup).through(template);
  return { pieces, unset, required };
}

/** One way through a template, and what it collects. */
class Walk<Piece> {
  readonly pieces: (string | Piece)[] = [];
  readonly unset: string[] = [];
  readonly required: { name: string; message: string }[] = [];

  constructor(private readonly lookup: Lookup<Piece>) {}

  through(template: Template): this {
    for (const node of template) {
      if (typeof node === "string") this.add(node);
      else this.substitute(node);
    }
    return this;
  }

  private add(piece: string | Piece): void {
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
