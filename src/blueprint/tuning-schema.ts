import * as z from "zod";
import { limits } from "../config/schema.ts";
import { serviceLimits } from "../config/stack-config.ts";
import { fixedFlag, list, map, name, text, variableName } from "./forms.ts";
import { isPattern, patternAllowed } from "./pattern.ts";

/** The parts of `x-berth` that fit one application to hosts of several sizes, and say what production asks of it. */

export const profiles = z
  .record(
    z.string().regex(/^[a-zA-Z0-9._-]+$/, "letters, digits, . _ and -"),
    z.strictObject(
      {
        description: name("a sentence").optional(),
        default: fixedFlag.default(false).describe("for stacks that name no profile"),
        services: map(limits.transform(serviceLimits), "limits by service, in the words of berth:services")
          .default({})
          .describe("limits and reservations by service; `berth:services` goes before them, they before `deploy:`"),
        values: z
          .record(variableName, text, { error: "values by variable" })
          .default({})
          .describe("what variables stand for where the stack has no setting of that name"),
      },
      { error: "{ description, default, services, values }" },
    ),
    { error: "profiles by name" },
  )
  .default({})
  .describe("sizes of host that `berth:profile` chooses from");

const percentAllowed = "a whole number of percent from 1 to 100";

export const derived = z
  .record(
    variableName,
    z.strictObject(
      {
        of: name("a service"),
        percent: z.int(percentAllowed).min(1, percentAllowed).max(100, percentAllowed),
        unit: z.enum(["B", "K", "M", "G"], { error: "B, K, M or G" }).default("M"),
      },
      { error: "{ of, percent, unit }" },
    ),
    { error: "shares of a memory limit by variable" },
  )
  .default({})
  .describe(
    "variables that follow a service's memory limit: so many percent of it, as a whole number of units; not set where there is no limit",
  );

export const groups = z
  .record(z.string(), list(variableName, "settings and secrets").min(1, "one name at least"), {
    error: "settings and secrets by group",
  })
  .default({})
  .describe("settings and secrets that belong together: all of a group are given, or none");

const oneTest = "one test: variable with is, not or matches; or mount; or secret";
const some = z.union([text.transform((one) => [one]), z.array(text)], { error: "a text, or a list of texts" });

const checkpoint = z
  .strictObject(
    {
      point: name("a sentence"),
      of: name("a service").optional().describe("whose variable or mount it is; default: the app"),
      variable: variableName.optional(),
      is: some.optional().describe("the variable has one of these values"),
      not: some.optional().describe("the variable is there and has none of these values"),
      matches: name("a regular expression")
        .refine(isPattern, patternAllowed)
        .optional()
        .describe("the whole value of the variable fits"),
      mount: name("a path in the container").optional().describe("something is mounted there read-only"),
      secret: variableName.optional().describe("the secret is given or generated, with its `minimum` at least"),
      remedy: name("a sentence").optional().describe("what to do, where setting the variable is not it"),
    },
    { error: oneTest },
  )
  .refine(hasOneTest, { error: oneTest, when: ({ issues }) => issues.length === 0 });

export const checklist = list(checkpoint, "points")
  .default([])
  .describe("what must be so in production; each missed point stops the preview there");

function hasOneTest(point: {
  readonly [Key in "variable" | "mount" | "secret" | "is" | "not" | "matches"]?: unknown;
}): boolean {
  const count = (...keys: (keyof typeof point)[]): number => keys.filter((key) => point[key] !== undefined).length;
  return count("variable", "mount", "secret") === 1 && count("is", "not", "matches") === count("variable");
}

const lengthAllowed = "a number of characters from 1 to 128";

/** What `x-berth.secrets.NAME` says of a text that is given. */
export const secretRule = {
  minimum: z
    .int(lengthAllowed)
    .min(1, lengthAllowed)
    .max(128, lengthAllowed)
    .optional()
    .describe("characters that a given text has at least"),
  forbidden: list(text, "texts")
    .default([])
    .describe("public default values that are not accepted, in addition to publicly known ones"),
};

/** For finding the key that was meant, by the key of the map around it. */
export const tuningKeys = {
  profiles: ["description", "default", "services", "values"],
  derived: ["of", "percent", "unit"],
  checklist: Object.keys(checkpoint.shape),
};
