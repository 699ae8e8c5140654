import * as z from "zod";

/** The keywords of JSON Schema that the generated files use. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $comment?: string;
  readonly title?: string;
  readonly description?: string | undefined;
  readonly default?: unknown;
  /** What is allowed; the YAML language server shows it in place of its own message. */
  readonly errorMessage?: string | undefined;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** What a person may write, before defaults are applied and short forms expanded; in draft 7, which every editor supports. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override({ zodSchema, jsonSchema }) {
      const allowed = allowedBy(zodSchema);
      if (allowed !== undefined) jsonSchema["errorMessage"] = allowed;
      // Zod leaves a default out where the value is transformed.
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
      // Zod adds a pattern that means the same, and validators do not know every format.
      if (jsonSchema.pattern !== undefined) delete jsonSchema.format;
    },
  }) as JsonSchema;
}

/** The schema's own sentence for something that no schema accepts; undefined where it has none. */
function allowedBy(schema: z.core.$ZodType): string | undefined {
  const message = z.core.safeParse(schema, Symbol("not a value of YAML")).error?.issues[0]?.message;
  return message?.startsWith("Invalid input: expected") === true ? undefined : message;
}
