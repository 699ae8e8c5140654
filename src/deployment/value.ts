import { ownValue } from "../notation/own-value.ts";
import type { SecretReference, Value } from "./deployment.ts";

/** The texts of a deployment's secrets, by name. */
export type SecretTexts = Readonly<Record<string, string>>;

/** The names of the secrets in a value. */
export const secretsIn = (value: Value): string[] =>
  typeof value === "string" ? [] : value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));

/** A secret's text as it stands at its place: in a URL, every character that means something there is escaped. */
export const secretText = ({ inUrl }: SecretReference, text: string): string =>
  inUrl === true ? encodeURIComponent(text).replace(/[!'()*]/g, escaped) : text;

const escaped = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

/** A value with its secrets filled in; undefined where the text of one is not known. */
export function valueText(value: Value, secrets: SecretTexts): string | undefined {
  if (typeof value === "string") return value;
  const texts = value.parts.map((part) => {
    if (typeof part === "string") return part;
    const text = Object.hasOwn(secrets, part.secret) ? secrets[part.secret] : undefined;
    return text === undefined ? undefined : secretText(part, text);
  });
  return texts.includes(undefined) ? undefined : texts.join("");
}

/**
 * What is known of a secret, by its name: its text, or its output.
 * @throws where it is missing, which must never become an empty password
 */
export function secretOf<T>(secrets: Readonly<Record<string, T>>, name: string): T {
  const found = ownValue(secrets, name);
  if (found === undefined) throw new Error(`the text of the secret ${name} is missing`);
  return found;
}

/** A value with all of its secrets filled in. @throws where the text of one is missing */
export const completeText = (value: Value, secrets: SecretTexts): string =>
  typeof value === "string"
    ? value
    : value.parts
        .map((part) => (typeof part === "string" ? part : secretText(part, secretOf(secrets, part.secret))))
        .join("");

/** A text in which the secrets are masked. */
export const masked = (text: string, secrets: readonly string[]): string =>
  // The longest first: a secret may be the beginning of another one.
  secrets
    .filter((secret) => secret !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
