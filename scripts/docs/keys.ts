import { z } from "zod";

/** One key that a person may write, as its schema tells. */
export interface Key {
  /** `services.NAME.cpus`; empty for the whole. */
  readonly path: string;
  /** What a value of another kind is answered with. */
  readonly allowed: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description?: string;
}

/** A key and all that can stand under it, in the order of the schema. */
export function keysOf(schema: z.core.$ZodType, path = "", required = true): Key[] {
  const { inner, ...outside } = unwrapped(schema);
  const key: Key = { path, allowed: allowedBy(schema), required: required && outside.required, ...outside.told };
  return [key, ...below(inner, path)];
}

function below(schema: z.core.$ZodType, path: string): Key[] {
  const under = (name: string): string => (path === "" ? name : `${path}.${name}`);
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.core.$ZodType>;
    return Object.entries(shape).flatMap(([name, value]) => keysOf(value, under(name)));
  }
  if (schema instanceof z.ZodRecord) return below(unwrapped(schema.valueType).inner, under("NAME"));
  if (schema instanceof z.ZodArray) return below(unwrapped(schema.element).inner, `${path}[]`);
  if (schema instanceof z.ZodUnion) {
    const forms = schema.options.map((option) => unwrapped(option).inner);
    // Of several ways to write one thing, the one with keys of its own.
    return forms.flatMap((form) =>
      form instanceof z.ZodObject || form instanceof z.ZodRecord ? below(form, path) : [],
    );
  }
  return [];
}

/** A schema without what only says how it may be left out, and what was told on the way. */
function unwrapped(schema: z.core.$ZodType): {
  inner: z.core.$ZodType;
  required: boolean;
  told: { description?: string; default?: unknown };
} {
  let inner = schema;
  let required = true;
  const told: { description?: string; default?: unknown } = {};
  for (;;) {
    const description = z.globalRegistry.get(inner)?.description;
    if (description !== undefined) told.description ??= description;
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      told.default = inner.def.defaultValue;
      required = false;
    } else if (inner instanceof z.ZodOptional) required = false;
    else if (inner instanceof z.ZodPipe) {
      inner = inner.def.in;
      continue;
    } else if (!(inner instanceof z.ZodNullable)) return { inner, required, told };
    inner = inner.def.innerType;
  }
}

/** What the schema itself says to something that no schema takes. */
function allowedBy(schema: z.core.$ZodType): string {
  const nothing = z.core.safeParse(schema, Symbol("nothing that could be written"));
  return nothing.error?.issues[0]?.message.replace(/^Invalid input: /, "") ?? "anything";
}
