import { configKey } from "../findings/config-key.ts";
import type { Finding, Source } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import { meant, stackSchema } from "./schema.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * The keys under `config:` as the engine reads them [Pulumi 3.260, sdk/go/common/resource/config/key.go]: a key without a
 * colon belongs to the project's own namespace, and `berth:config:ports` is an old way to write `berth:ports`.
 */
const namespace = "berth";

interface EngineKey {
  readonly namespace: string;
  readonly name: string;
}

/** Undefined where the engine refuses the whole file because of the key. */
export function engineKey(key: string, project: string): EngineKey | undefined {
  const parts = key.split(":");
  const [first = "", second = "", third = ""] = parts;
  if (parts.length === 1) return { namespace: project, name: first };
  if (parts.length === 2) return { namespace: first, name: second };
  return parts.length === 3 && second === "config" ? { namespace: first, name: third } : undefined;
}

/** The keys of the namespace `berth` in a map of configuration. */
export interface BerthKeys {
  readonly values: Readonly<Record<string, unknown>>;
  /** How a key is written, by its name. */
  readonly written: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Where a map of configuration stands. */
export interface ConfigPlace {
  readonly file: string;
  /** The project's name: the namespace of keys without one. */
  readonly project: string;
  readonly line: (key: string) => number | undefined;
}

/** Picks the keys of the namespace `berth`, and reports those that look like one but are not read. */
export function berthKeys(config: Readonly<Record<string, unknown>>, place: ConfigPlace): BerthKeys {
  const values: Record<string, unknown> = {};
  const written = new Map<string, string>();
  const findings: Finding[] = [];
  for (const key of Object.keys(config)) {
    const read = engineKey(key, place.project);
    const source = { file: place.file, path: key, line: place.line(key) };
    if (read === undefined) {
      const expected = "<namespace>:<name>, for example berth:ports";
      findings.push(mistake(source, `found ${key}, which the engine refuses`, expected));
    } else if (read.namespace !== namespace) findings.push(...stray(key, read, ownValue(config, key), source));
    else if (written.has(read.name)) {
      const message = `${written.get(read.name) ?? ""} and ${key} are the same key to the engine`;
      findings.push(mistake(source, message, "one of them", instruction(`remove ${key} from ${place.file}`)));
    } else {
      written.set(read.name, key);
      values[read.name] = meant(read.name, ownValue(config, key));
    }
  }
  return { values, written, findings };
}

/** A key of another namespace that was probably meant for berth. */
function stray(key: string, read: EngineKey, value: unknown, source: Source): Finding[] {
  const names = Object.keys(stackSchema.shape);
  const isBerth = closest(read.namespace, [namespace]) !== undefined;
  const name = closest(read.name.split(/[.[]/, 1)[0] ?? "", names);
  const rename = `rename ${key} to`;
  if (key.includes(":"))
    return isBerth && name !== undefined
      ? [mistake(source, `found the namespace ${read.namespace}`, namespace, instruction(`${rename} berth:${name}`))]
      : [];
  if (closest(key, [namespace]) !== undefined && typeof value === "object" && value !== null)
    return [
      mistake(
        source,
        `found a map ${key}:, which the engine reads as ${read.namespace}:${read.name}`,
        "keys like berth:ports",
        instruction(`write each of its keys as berth:<key> in ${source.file}`),
      ),
    ];
  if (!names.includes(key)) return [];
  const message = `the engine reads ${key} as ${read.namespace}:${key}, so berth does not see it`;
  return [
    { ...mistake(source, message, configKey([key]), instruction(`${rename} berth:${key}`)), severity: "warning" },
  ];
}
