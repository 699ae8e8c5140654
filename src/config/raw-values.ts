import type { KeyPath } from "../findings/config-key.ts";

/** The value at a path of plain data. */
export function at(values: unknown, path: KeyPath): unknown {
  let value = values;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An encrypted value is a map with the one key `secure`. */
export const isSecure = (value: unknown): boolean =>
  isMap(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
