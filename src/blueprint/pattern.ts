import { RE2JS } from "re2js";

/**
 * Regular expressions of a blueprint's checklist. They are RE2's: matching takes time in proportion to the text, where one
 * of JavaScript like `(a+)+` takes for ever for thirty characters.
 */
export const patternAllowed =
  "a regular expression of RE2, at most 500 characters: no lookaround, no backreferences, counts up to 1000";

/** Longer texts are not compared: they match no pattern. */
const mostText = 8192;
/** Steps of a compiled expression, each of which is tried for every character of the text. */
const mostSteps = 1000;

const known = new Map<string, RE2JS | undefined>();

/** Undefined where the expression is wrong or too large. */
function compiled(written: string): RE2JS | undefined {
  if (!known.has(written)) known.set(written, compile(written));
  return known.get(written);
}

function compile(written: string): RE2JS | undefined {
  if (written.length > 500) return undefined;
  try {
    const expression = RE2JS.compile(written);
    return expression.programSize() > mostSteps ? undefined : expression;
  } catch {
    return undefined;
  }
}

export const isPattern = (written: string): boolean => compiled(written) !== undefined;

/** Whether the whole text fits. */
export const fits = (written: string, text: string): boolean =>
  text.length <= mostText && compiled(written)?.matches(text) === true;
