import * as z from "zod";
import { booleanOf } from "../notation/boolean.ts";

/**
 * What values in a blueprint look like. Each says what is allowed in one sentence, whatever is wrong. Texts still hold
 * their variables here, so that numbers may be texts too; what they must be is checked when a deployment is resolved.
 */
export const text = z.union([z.string(), z.number(), z.boolean()], { error: "text or a number" }).transform(String);
/** An octal mode: text, or a number, which is what YAML makes of 0400 without quotes. */
export const octal = z.union([z.string(), z.number().transform((bits) => `0${bits.toString(8)}`)], {
  error: "an octal mode, for example 0400",
});
export const words = z.union([z.string(), z.array(text)], { error: "a text, or a list of words" });
export const name = (allowed: string) => z.string({ error: allowed });
const variableAllowed = "letters, digits and _; no digit first";
export const variableName = z.string({ error: variableAllowed }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, variableAllowed);
export const list = <T extends z.ZodType>(item: T, allowed: string) => z.array(item, { error: `a list of ${allowed}` });
export const map = <T extends z.ZodType>(value: T, allowed: string) => z.record(z.string(), value, { error: allowed });
const flagAllowed = "true or false";
/** True, false, or a text whose variables decide when a deployment is resolved. */
export const flag = z.union(
  [
    z.boolean(),
    z
      .string()
      .refine((text) => text.includes("$") || booleanOf(text) !== undefined, flagAllowed)
      .transform((text) => booleanOf(text) ?? text),
  ],
  { error: flagAllowed },
);
/** True or false where no variables are filled in. */
export const fixedFlag = z.boolean({ error: flagAllowed });
export const named = <T extends z.ZodType>(value: T, kind: string) =>
  z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/, `letters, digits, . _ and -`), value, { error: `${kind} by name` });

export const pairs = z.union(
  [
    z.record(z.string(), z.union([text, z.null()], { error: "text or a number" })),
    z.array(name("NAME=value")).transform((entries) =>
      Object.fromEntries(
        entries.map((entry) => {
          const at = entry.indexOf("=");
          return at < 0 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)];
        }),
      ),
    ),
  ],
  { error: "a map of names and values, or a list of NAME=value" },
);

/** What is there already, formerly with its name in it. */
export const external = z.union([flag, z.strictObject({ name: name("a name").optional() })], {
  error: "true or false",
});
