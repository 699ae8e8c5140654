/** What the environment says; a secret may be in a file that NAME_FILE names. */
import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where neither NAME nor NAME_FILE is set. @throws where the file cannot be read. */
export function setting(environment: Environment, name: string): string | undefined {
  const [value, file] = [environment[name], environment[`${name}_FILE`]];
  if (value || !file) return value || undefined;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "") || undefined;
  } catch (error) {
    throw new Error(`${name}_FILE names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

/** @throws with the purpose, in words that end `… is not set: it is <purpose>`. */
export function required(environment: Environment, name: string, purpose: string): string {
  const value = setting(environment, name);
  if (value === undefined) throw new Error(`${name} is not set: it is ${purpose}`);
  return value;
}

/** A whole number from least to most. */
export function wholeNumber(
  environment: Environment,
  name: string,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const text = environment[name] || String(fallback);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: set it to a number from ${least} to ${most}`);
}

/** In one line; several failed attempts to connect have no message of their own, but a code. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || "unknown reason";
}
