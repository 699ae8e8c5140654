import type { JsonSchema } from "./json-schema.ts";

/** One key that a person may write. */
export interface Key {
  /** `services.NAME.cpus`; empty for the whole. */
  readonly path: string;
  /** What a value of another kind is answered with. */
  readonly allowed: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description?: string | undefined;
}

/** A key and all that can stand under it, in the order of the schema. */
export function keysOf(schema: JsonSchema, path = "", required = true): Key[] {
  const { errorMessage: allowed = "", default: byDefault, description } = schema;
  return [{ path, allowed, required, default: byDefault, description }, ...below(schema, path)];
}

function below(
  { properties = {}, required = [], additionalProperties, items, anyOf = [] }: JsonSchema,
  path: string,
): Key[] {
  const under = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const keys = Object.entries(properties).flatMap(([name, value]) =>
    keysOf(value, under(name), required.includes(name)),
  );
  if (typeof additionalProperties === "object") keys.push(...below(additionalProperties, under("NAME")));
  if (items !== undefined) keys.push(...below(items, `${path}[]`));
  // Of several ways to write one thing, the one with keys of its own.
  for (const form of anyOf) if (form.type === "object") keys.push(...below(form, path));
  return keys;
}
