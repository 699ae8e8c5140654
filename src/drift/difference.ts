import type { Note } from "../findings/remedy.ts";
import { ownValue } from "../notation/own-value.ts";

/** One way in which something live is not as its deployment says. */
export interface Difference {
  /** In words, to be read behind the thing's name: `is stopped`, `environment DEBUG was changed`. */
  readonly what: string;
  readonly cure: Repair;
  /** What else is worth knowing for the cure. */
  readonly note?: Note;
}

/**
 * What makes it right again:
 * - `engine`: the engine sees it by itself (`refresh: always`), and its `up` repairs it;
 * - `replacement`: the engine does not see it, or sees it and repairs nothing; the program does, and asks for a new
 *   container (see `attemptsOf`), so `up` repairs it, too;
 * - `program`: the engine does not see it, and the program itself repairs it in an `up`;
 * - `removal`: neither sees it, or neither would repair it; once the container has been removed, `up` makes it anew;
 * - `unpause`, `restart`: it is as it was made, but in no good state.
 */
export type Repair = "engine" | "program" | "replacement" | "removal" | "unpause" | "restart";

/** What is there against what should be, as texts; nothing where they are equal. */
export const unequal = (name: string, found: string, wanted: string, cure: Repair = "replacement"): Difference[] =>
  found === wanted
    ? []
    : [{ what: `${name} ${name.endsWith("s") ? "are" : "is"} ${found}, should be ${wanted}`, cure }];

/** As `unequal`, of values that are too long to be shown. */
export const changed = (name: string, found: unknown, wanted: unknown): Difference[] =>
  JSON.stringify(found) === JSON.stringify(wanted) ? [] : [{ what: `${name} was changed`, cure: "replacement" }];

/** Name by name: what was changed, removed or added. Values are never shown, as they may be secrets. */
export function changedEntries(
  name: string,
  found: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  cureOfChange: (key: string) => Repair = () => "replacement",
): Difference[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return keys.flatMap((key): Difference[] => {
    if (ownValue(found, key) === ownValue(wanted, key)) return [];
    if (ownValue(found, key) === undefined) return [{ what: `${name} ${key} was removed`, cure: "replacement" }];
    if (ownValue(wanted, key) === undefined) return [{ what: `${name} ${key} was added`, cure: "replacement" }];
    return [{ what: `${name} ${key} was changed`, cure: cureOfChange(key) }];
  });
}

/** A list whose order and repetitions mean nothing, as a text. */
export const listText = (items: Iterable<string> | null | undefined): string =>
  [...new Set(items ?? [])].sort().join(", ") || "none";

/** A switch in words; what is not said is off. */
export const onOff = (flag: boolean | null | undefined): string => (flag === true ? "on" : "off");
