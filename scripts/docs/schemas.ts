import { blueprintSchema } from "../../src/blueprint/schema.ts";
import { stackSchema, textKeys } from "../../src/config/schema.ts";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";

/** What Pulumi itself writes into a stack file, beside `config:`. */
const pulumiKeys: Readonly<Record<string, JsonSchema>> = {
  secretsprovider: { type: "string", description: "What encrypts the secrets; default: a passphrase." },
  encryptedkey: { type: "string", description: "The key of the secrets, encrypted by the secrets provider." },
  encryptionsalt: { type: "string", description: "The salt of the passphrase. Without it no secret can be decrypted." },
  environment: { description: "Environments of Pulumi ESC that the stack imports." },
};

/** A stack file as it is written, `Pulumi.<stack>.yaml`: berth's keys, Pulumi's, and those of other programs. */
export function stackFileSchema(): string {
  const { $schema, properties = {} } = jsonSchemaOf(stackSchema);
  return json({
    $schema,
    $comment: made("src/config/schema.ts"),
    title: "A stack file of berth",
    type: "object",
    properties: {
      config: {
        description: "Configuration of the deployment, and of other programs under their own namespaces.",
        type: ["object", "null"],
        properties: Object.fromEntries(
          Object.entries(properties).map(([key, value]) => [
            `berth:${key}`,
            textKeys.has(key) ? value : orAsText(value),
          ]),
        ),
        patternProperties: { "^(?!berth:)": {} },
        additionalProperties: false,
      },
      ...pulumiKeys,
    },
    additionalProperties: false,
  });
}

/** `pulumi config set` without `--path` writes every value as text: "false", or a map or list as JSON. */
function orAsText({ description, default: byDefault, errorMessage, ...form }: JsonSchema): JsonSchema {
  const text: JsonSchema =
    form.type === "boolean" ? { enum: ["true", "false"] } : { type: "string", pattern: String.raw`^\s*[\[{]` };
  const { anyOf = [form] } = form;
  return { description, default: byDefault, errorMessage, anyOf: [...anyOf, text] };
}

/** A blueprint: the part of Compose that berth supports, and `x-berth`. Other keys with `x-` are anchors' places. */
export function blueprintFileSchema(): string {
  const { $schema, ...whole } = jsonSchemaOf(blueprintSchema);
  return json({
    $schema,
    $comment: made("src/blueprint/schema.ts"),
    title: "A blueprint of berth",
    ...whole,
    patternProperties: { "^x-(?!berth$)": {} },
    additionalProperties: false,
  });
}

const made = (source: string): string => `Made from ${source} by npm run docs; edit that instead.`;

/** An editor names an unknown key itself, unless it is to show the sentence about the whole map. */
const json = (schema: JsonSchema): string =>
  `${JSON.stringify(schema, (_, value: unknown) => (isClosed(value) ? { ...value, errorMessage: undefined } : value), 2)}\n`;

const isClosed = (value: unknown): value is JsonSchema =>
  typeof value === "object" &&
  value !== null &&
  "additionalProperties" in value &&
  value.additionalProperties === false;
