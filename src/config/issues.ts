import type * as z from "zod";
import { configKey, type KeyPath } from "../findings/config-key.ts";
import { instruction, setKey, unsetKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { suspicionOfName } from "../notation/secret-names.ts";
import { isSecretText } from "../notation/secret-forms.ts";
import { at } from "./raw-values.ts";
import { stackSchema } from "./schema.ts";
import type { RawStack, SourceOf } from "./raw-stack.ts";
import { suggestion } from "./suggestion.ts";

type Issue = z.core.$ZodIssue;
/** What the schema complains about, in words for the person who wrote it. */
export function issueFindings(issue: Issue, raw: RawStack, source: SourceOf): Finding[] {
  return leaves(issue).flatMap((leaf) => {
    const path = keyPath(leaf.path);
    if (leaf.code === "unrecognized_keys") return leaf.keys.map((key) => unknownKey([...path, key], path, source));
    if (leaf.code === "invalid_key") return [invalidName(path, leaf.issues[0]?.message, source)];
    return [wrongValue(path, leaf.message, raw, source)];
  });
}

/** Of a union, the complaints of the form that was meant: the one that complains about parts of the value. */
export function leaves(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((option) =>
    option.some((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys" || inner.code === "custom"),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => leaves({ ...inner, path: [...issue.path, ...inner.path] }));
}

export const keyPath = (path: readonly PropertyKey[]): KeyPath =>
  path.map((part) => (typeof part === "symbol" ? String(part) : part));

function unknownKey(path: KeyPath, group: KeyPath, source: SourceOf): Finding {
  const known = knownKeys(group);
  const nearest = closest(String(path.at(-1)), known);
  const remedy = nearest === undefined ? undefined : instruction(`rename it to ${configKey([...group, nearest])}`);
  return mistake(source(...path), "there is no such key", known.join(", "), remedy);
}

const invalidName = (path: KeyPath, allowed: string | undefined, source: SourceOf): Finding =>
  mistake(source(...path), `${quoted(String(path.at(-1)))} cannot be a name here`, allowed);

function wrongValue(path: KeyPath, allowed: string, raw: RawStack, source: SourceOf): Finding {
  const value = at(raw.values, path);
  if (value === null || (value === "" && path.length === 1))
    return mistake(source(...path), "it has no value", allowed, unsetKey(path, raw.stack));
  const text = value === undefined ? "it is missing" : `found ${quoted(value)}`;
  const found = isHidden(path) || isSecretText(JSON.stringify(value) ?? "") ? "found a value that is not shown" : text;
  const better = suggestion(path, value);
  const remedy = better === undefined ? undefined : setKey(path, better, raw.stack);
  return mistake(source(...path), found, allowed, remedy);
}

/** Secrets, and settings that are secrets by their name. */
const isHidden = ([group, name]: KeyPath): boolean =>
  group === "secrets" || (group === "settings" && suspicionOfName(String(name)) !== undefined);

const knownKeys = (group: KeyPath): string[] => {
  if (group[0] === "ports") return ["port", "address", "protocol", "privileged"];
  if (group[0] !== "services") return Object.keys(stackSchema.shape);
  return group.at(-1) === "reservations" && group.length === 3
    ? ["cpus", "memory"]
    : ["cpus", "memory", "reservations", "replicas"];
};
