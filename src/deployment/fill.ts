import type { Blueprint } from "../blueprint/blueprint.ts";
import { interpolate, parseTemplate } from "../blueprint/interpolate.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import type { SecretReference, Value } from "./deployment.ts";

type Path = readonly (string | number)[];

/** What a variable of a blueprint stands for; a secret stands for itself, never for its text. */
export type Variables = Readonly<Record<string, string | SecretReference | undefined>>;

/** Fills the variables into a blueprint's texts and collects what is wrong on the way. */
export class Filler {
  readonly findings: Finding[] = [];

  constructor(
    private readonly blueprint: Blueprint,
    private readonly variables: Variables,
  ) {}

  /** A value that may hold secrets. */
  value(text: string, path: Path): Value {
    if (!text.includes("$")) return text;
    const { pieces, unset, required } = interpolate<SecretReference>(
      parseTemplate(text),
      (name) => this.variables[name],
    );
    for (const name of unset) {
      this.findings.push({
        ...mistake(
          this.blueprint.source(path),
          `the variable ${name} is set nowhere, so it is empty`,
          undefined,
          `write \${${name}:-default} in the blueprint, or set berth:settings.${name}`,
        ),
        severity: "warning",
      });
    }
    for (const message of required)
      this.wrong(path, message, undefined, `set berth:settings.${message.split(":")[0] ?? ""}`);
    if (pieces.length === 0) return "";
    return pieces.length === 1 && typeof pieces[0] === "string" ? pieces[0] : { parts: pieces };
  }

  /** A text in which no secret may stand, because it is shown to everybody who may look at containers. */
  text(text: string, path: Path): string {
    const value = this.value(text, path);
    if (typeof value === "string") return value;
    const names = value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
    this.wrong(path, `the secret ${names.join(", ")} cannot stand here`, "secrets under environment: or secrets:");
    return value.parts.filter((part) => typeof part === "string").join("");
  }

  /** A text that `parse` understands; otherwise a finding and undefined. */
  parsed<T>(
    text: string | undefined,
    path: Path,
    parse: (text: string) => T | undefined,
    allowed: string,
  ): T | undefined {
    if (text === undefined) return undefined;
    const filled = this.text(text, path);
    const result = parse(filled);
    if (result === undefined) this.wrong(path, `found ${JSON.stringify(filled)}`, allowed);
    return result;
  }

  wrong(path: Path, message: string, allowed?: string, remedy?: string): void {
    this.findings.push(mistake(this.blueprint.source(path), message, allowed, remedy));
  }
}
