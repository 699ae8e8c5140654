import type * as z from "zod";
import { keyPath, leaves } from "../config/issues.ts";
import { isMap } from "../config/raw-values.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Blueprint } from "./blueprint.ts";
import { blueprintSchema, type Compose } from "./schema.ts";
import { knownKeys } from "./supported-keys.ts";
import { ownValue } from "../notation/own-value.ts";

type Path = readonly (string | number)[];

/** What a Compose file says, and what in it has the wrong shape. */
export interface Shape {
  /** What is left once all that has the wrong shape is taken away; undefined where too little is left. */
  readonly compose: Compose | undefined;
  readonly findings: readonly Finding[];
}

/** Each round removes what the one before complained about: what stood inside of it is seen only then. */
const mostRounds = 5;

/** Checks the shape of a Compose file; `x-` keys may stand anywhere. */
export function shapeOf(content: Record<string, unknown>, source: Blueprint["source"]): Shape {
  const findings: Finding[] = strangers(content, source);
  let isReported = false;
  for (let round = 0; round < mostRounds; round += 1) {
    const parsed = blueprintSchema.safeParse(content);
    if (parsed.success) return { compose: parsed.data, findings };
    const mistakes = parsed.error.issues.flatMap(leaves).flatMap(mistakesOf);
    const isOnlyExtensions = mistakes.every(({ path }) => isExtension(path.at(-1)));
    if (!isReported) findings.push(...mistakes.flatMap((each) => describe(each, content, source)));
    isReported ||= !isOnlyExtensions;
    for (const each of mistakes) if (!remove(content, each)) return { compose: undefined, findings };
  }
  return { compose: undefined, findings };
}

interface Mistake {
  readonly path: Path;
  readonly kind: "unknown" | "name" | "value";
  readonly allowed?: string;
}

function mistakesOf(leaf: z.core.$ZodIssue): Mistake[] {
  const path = keyPath(leaf.path);
  if (leaf.code === "unrecognized_keys") return leaf.keys.map((key) => ({ path: [...path, key], kind: "unknown" }));
  if (leaf.code === "invalid_key") return [{ path, kind: "name", allowed: leaf.issues[0]?.message }];
  return [{ path, kind: "value", allowed: leaf.message }];
}

const isExtension = (key: unknown): boolean => String(key).startsWith("x-");

function describe({ path, kind, allowed }: Mistake, content: unknown, source: Blueprint["source"]): Finding[] {
  if (kind === "unknown") return isExtension(path.at(-1)) ? [] : [unsupported(path, source)];
  if (kind === "name") return [mistake(source(path), `${quoted(String(path.at(-1)))} cannot be a name here`, allowed)];
  const found = at(content, path);
  return [mistake(source(path), found === undefined ? "it is missing" : `found ${quoted(found)}`, allowed)];
}

const at = (content: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    content,
  );

/** Takes away what is wrong, or the list or map around it. @returns whether that is less than a whole service or volume */
function remove(content: unknown, { path, kind }: Mistake): boolean {
  const isMissing = kind === "value" && at(content, path) === undefined;
  let place = isMissing ? path.slice(0, -1) : path;
  // The places of a list's other entries stay the same only without the whole list.
  while (typeof place.at(-1) === "number") place = place.slice(0, -1);
  if (place.length < 3 && kind !== "unknown") return false;
  const around = at(content, place.slice(0, -1));
  if (!isMap(around)) return true;
  delete around[String(place.at(-1))];
  return true;
}

/** A key that is not part of the subset, and the key that was meant. */
function unsupported(path: Path, source: Blueprint["source"]): Finding {
  const key = String(path.at(-1));
  const group = path.length === 3 && path[0] === "services" ? "service" : String(path.at(-2) ?? "");
  const nearest = closest(key, ownValue(knownKeys, group) ?? ownValue(knownKeys, String(path.at(-3))) ?? []);
  const what = nearest === undefined ? "remove it" : `rename it to ${nearest}, or remove it`;
  return mistake(source(path), `the key ${key} is not supported`, undefined, instruction(what));
}

/** Top-level keys that are neither known nor extensions. */
const strangers = (content: Record<string, unknown>, source: Blueprint["source"]): Finding[] =>
  Object.keys(content)
    .filter((key) => !Object.hasOwn(blueprintSchema.shape, key) && !key.startsWith("x-"))
    .map((key) => unsupported([key], source));
