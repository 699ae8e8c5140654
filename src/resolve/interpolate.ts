import type { Blueprint } from "../blueprint/blueprint.ts";
import {
  interpolate,
  type Interpolated,
  InterpolationError,
  parseTemplate,
  type Template,
  variablesOf,
} from "../blueprint/interpolate.ts";
import { askKey, instruction, type Remedy, steps } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { booleanOf } from "../notation/boolean.ts";
import { quoted } from "../notation/quoted.ts";
import type { SecretReference, Value } from "../deployment/deployment.ts";
import { once, memoize } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";

export type Path = readonly (string | number)[];

/** What a variable of a blueprint stands for; a secret stands for itself, also within a value, never for its text. */
export type Variables = Map<string, Value | SecretReference | undefined>;

/** Fills the variables into a blueprint's texts and collects what is wrong on the way. */
export class Filler {
  readonly findings: Finding[] = [];

  constructor(
    private readonly blueprint: Blueprint,
    private readonly variables: Variables,
    private readonly stack: string,
  ) {}

  /** Makes one more variable known to all texts that are filled from now on. */
  know(name: string, value: string | undefined): void {
    this.variables.set(name, value);
  }

  /** What a variable stands for; undefined where it is set nowhere. */
  variable(name: string): Value | undefined {
    const value = this.variables.get(name);
    return typeof value === "object" && "secret" in value ? { parts: [value] } : value;
  }

  /** A value that may hold secrets. */
  value(written: string, path: Path): Value {
    if (!written.includes("$")) return written;
    return this.interpolated(textOf(written), path);
  }

  private interpolated({ template }: Text, path: Path): Value {
    const filled = this.attempt(template, path);
    if (filled === undefined) return "";
    const { pieces: found, unset, required } = filled;
    const pieces = found.flatMap((piece) => (typeof piece === "object" && "parts" in piece ? piece.parts : [piece]));
    for (const name of unset) {
      const remedy = steps(
        instruction(`write \${${name}:-} in ${this.blueprint.file}, or set it:`),
        askKey(["settings", name], this.stack),
      );
      const message = `the variable ${name} is set nowhere, so it is empty`;
      this.findings.push({ ...mistake(this.blueprint.source(path), message, undefined, remedy), severity: "warning" });
    }
    for (const { name, message } of required)
      this.wrong(path, `${name} is required: ${message}`, undefined, askKey(["settings", name], this.stack));
    if (pieces.length === 0) return "";
    return pieces.length === 1 && typeof pieces[0] === "string" ? pieces[0] : { parts: pieces };
  }

  private attempt(template: Template, path: Path): Interpolated<Value | SecretReference> | undefined {
    try {
      return interpolate(template, (name) => this.variables.get(name));
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      this.wrong(path, error.message);
      return undefined;
    }
  }

  /** A text in which no secret may stand, because it is shown to everybody who may look at containers. */
  text(text: string, path: Path): string {
    const value = this.value(text, path);
    if (typeof value === "string") return value;
    const names = value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
    this.wrong(
      path,
      `the secret ${names.join(", ")} would be visible to everyone who may inspect containers`,
      "secrets under environment: or secrets:",
    );
    return value.parts.filter((part) => typeof part === "string").join("");
  }

  /**
   * All texts in a piece of a blueprint but those under the keys left out, which are filled elsewhere.
   */
  all<P extends object>(piece: P, path: Path, except: readonly string[] = []): P {
    const keys = keysToFill(piece).filter((key) => !except.includes(key));
    if (keys.length === 0) return piece;
    const values = keys.map((key) => this.filled(ownValue(piece as Record<string, unknown>, key), [...path, key]));
    return replaced(piece, keys, values) as P;
  }

  private filled(value: unknown, path: Path): unknown {
    if (typeof value === "string") return this.text(value, path);
    if (!Array.isArray(value)) return this.all(value as object, path);
    return value.map((item: unknown, index) => (hasVariable(item) ? this.filled(item, [...path, index]) : item));
  }

  /** What `parse` makes of a filled text; otherwise a finding and undefined. */
  parsed<T>(
    text: string | undefined,
    path: Path,
    parse: (text: string) => T | undefined,
    allowed: string,
  ): T | undefined {
    if (text === undefined) return undefined;
    const result = parse(text);
    if (result === undefined) this.wrong(path, `found ${quoted(text)}`, allowed);
    return result;
  }

  /** A boolean with its variables filled in; otherwise a finding and undefined. */
  flag(written: boolean | string | undefined, path: Path): boolean | undefined {
    if (typeof written !== "string") return written;
    return this.parsed(this.text(written, path), path, booleanOf, "true or false");
  }

  /** What is accepted, and should not stay as it is. */
  warn(path: Path, message: string, allowed?: string, remedy?: Remedy): void {
    const finding = mistake(this.blueprint.source(path), message, allowed, remedy);
    this.findings.push({ ...finding, severity: "warning" });
  }

  wrong(path: Path, message: string, allowed?: string, remedy?: Remedy): void {
    this.findings.push(mistake(this.blueprint.source(path), message, allowed, remedy));
  }
}

interface Text {
  readonly template: Template;
  /** Every variable that it mentions. */
  readonly names: readonly string[];
}

const textOf = memoize((written): Text => {
  const template = parseTemplate(written);
  return { template, names: variablesOf(template) };
});

/** The keys under which a piece has variables; one without is the same for every stack of the blueprint. */
const keysToFill = once((piece: object): readonly string[] =>
  Object.entries(piece).flatMap(([key, value]) => (hasVariable(value) ? [key] : [])),
);

/** Whether there is anything to fill in a piece of a blueprint. */
function hasVariable(piece: unknown): boolean {
  if (typeof piece === "string") return piece.includes("$");
  return typeof piece === "object" && piece !== null && keysToFill(piece).length > 0;
}

const replaced = (piece: object, keys: readonly string[], values: readonly unknown[]): object => ({
  ...piece,
  ...Object.fromEntries(keys.map((key, index) => [key, values[index]])),
});
