import { interpolate, InterpolationError, parseTemplate } from "./interpolate.ts";

/**
 * Variables that are filled in while files are read, before a deployment is resolved: in places that decide what there
 * is (networks, dependencies, profiles, paths of other files), and in files of variables. Their text is known then, but
 * for secrets and what berth itself knows later: those stay variables.
 */
export type Early = string | { readonly parts: readonly (string | Late)[] };

/** A variable that stays one. */
interface Late {
  readonly late: string;
}

/** What a variable stands for; undefined where it is set nowhere. */
export type EarlyLookup = (name: string) => Early | undefined;

/** A text with its variables filled in. */
export interface Filled {
  readonly value: Early;
  /** Variables that were neither set nor had a default. */
  readonly unset: readonly string[];
  readonly required: readonly { readonly name: string; readonly message: string }[];
}

/** @throws {InterpolationError} where the text cannot be read */
export function fillEarly(text: string, lookup: EarlyLookup): Filled {
  if (!text.includes("$")) return { value: text, unset: [], required: [] };
  const { pieces, unset, required } = interpolate<Exclude<Early, string>>(parseTemplate(text), lookup);
  return { value: joined(pieces), unset, required };
}

const joined = (pieces: readonly Early[]): Early => {
  const parts = pieces.flatMap((piece) => (typeof piece === "string" ? [piece] : piece.parts));
  return parts.every((part) => typeof part === "string") ? parts.join("") : { parts };
};

/** A value as the text of a blueprint that comes to it: its dollar signs doubled, what comes later as a variable. */
export const templateOf = (value: Early): string =>
  (typeof value === "string" ? [value] : value.parts)
    .map((part) => (typeof part === "string" ? part.replaceAll("$", "$$$$") : `\${${part.late}}`))
    .join("");

/** The variables in a value that come later. */
export const lateIn = (value: Early): string[] =>
  typeof value === "string" ? [] : value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.late]));

export { InterpolationError };
