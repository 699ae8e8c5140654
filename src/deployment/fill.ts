import type { Blueprint } from "../blueprint/blueprint.ts";
import { interpolate, parseTemplate } from "../blueprint/interpolate.ts";
import { askCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake, quoted } from "../conflicts/mistake.ts";
import type { SecretReference, Value } from "./deployment.ts";

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

  /** A value that may hold secrets. */
  value(text: string, path: Path): Value {
    if (!text.includes("$")) return text;
    const { pieces: found, unset, required } = interpolate(parseTemplate(text), (name) => this.variables.get(name));
    const pieces = found.flatMap((piece) => (typeof piece === "object" && "parts" in piece ? piece.parts : [piece]));
    for (const name of unset) {
      const remedy = `write \${${name}:-} in ${this.blueprint.file}, or ${askCommand(["settings", name], this.stack)}`;
      const message = `the variable ${name} is set nowhere, so it is empty`;
      this.findings.push({ ...mistake(this.blueprint.source(path), message, undefined, remedy), severity: "warning" });
    }
    for (const { name, message } of required)
      this.wrong(path, `${name} is required: ${message}`, undefined, askCommand(["settings", name], this.stack));
    if (pieces.length === 0) return "";
    return pieces.length === 1 && typeof pieces[0] === "string" ? pieces[0] : { parts: pieces };
  }

  /** A text in which no secret may stand, because it is shown to everybody who may look at containers. */
  text(text: string, path: Path): string {
    const value = this.value(text, path);
    if (typeof value === "string") return value;
    const names = value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
    this.wrong(
      path,
      `the secret ${names.join(", ")} would be seen by everybody who may look at containers`,
      "secrets under environment: or secrets:",
    );
    return value.parts.filter((part) => typeof part === "string").join("");
  }

  /** All texts in a piece of a blueprint but those under the keys left out, which are filled elsewhere. */
  all<T extends object>(piece: T, path: Path, except: readonly string[] = []): T {
    const filled = { ...piece } as Record<string, unknown>;
    for (const [key, value] of Object.entries(piece)) {
      if (!isConstant(value) && !except.includes(key)) filled[key] = this.filled(value, [...path, key]);
    }
    return filled as T;
  }

  private filled(value: unknown, path: Path): unknown {
    if (isConstant(value)) return value;
    if (typeof value === "string") return this.text(value, path);
    if (Array.isArray(value)) return value.map((item, index) => this.filled(item, [...path, index]));
    return this.all(value as object, path);
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

  wrong(path: Path, message: string, allowed?: string, remedy?: string): void {
    this.findings.push(mistake(this.blueprint.source(path), message, allowed, remedy));
  }
}

const constants = new WeakMap<object, boolean>();

/** Whether a piece has no variable in it, and so is the same for every stack of the blueprint. */
function isConstant(piece: unknown): boolean {
  if (typeof piece === "string") return !piece.includes("$");
  if (typeof piece !== "object" || piece === null) return true;
  const known = constants.get(piece) ?? Object.values(piece).every(isConstant);
  constants.set(piece, known);
  return known;
}
