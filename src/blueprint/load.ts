import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { filesAt, lookAt } from "../disk/found-files.ts";
import { readText, UnreadableFile } from "../disk/read-text.ts";
import type { Checked } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { setKey } from "../findings/remedy.ts";
import type { Asked, Blueprint, Blueprints } from "./blueprint.ts";
import { parseBlueprint } from "./parse.ts";
import type { Surroundings } from "./surroundings.ts";

const folder = "blueprints";

/** Reads blueprints of a project, each file once. */
export function blueprintsOf(root: string): Blueprints {
  const known = new Map<string, Checked<Blueprint>>();
  const paths = new Map<string, string>();
  return (name, asked) => {
    const path = paths.get(name) ?? locate(root, name);
    if (path === undefined) return missing(root, name, asked);
    paths.set(name, path);
    const blueprint = known.get(path) ?? read(root, name, path);
    known.set(path, blueprint);
    return blueprint;
  };
}

/** The names that blueprints/ offers, sorted. */
export function listBlueprints(root: string): string[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((file) => /^(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Reads and checks one blueprint; all mistakes at once, each with key and line. */
export function loadBlueprint(root: string, name: string, asked?: Asked): Checked<Blueprint> {
  const path = locate(root, name);
  return path === undefined ? missing(root, name, asked) : read(root, name, path);
}

function read(root: string, name: string, path: string): Checked<Blueprint> {
  const file = isAbsolute(name) ? path : relative(root, path);
  try {
    const parsed = parseBlueprint(readText(path), name, file, around(path));
    return parsed.ok ? { ...parsed, value: { ...parsed.value, folder: dirname(path) } } : parsed;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { ok: false, findings: [mistake({ file, path: "" }, `${file} ${error.reason}`)] };
  }
}

/** What lies around a blueprint's file. */
const around = (path: string): Surroundings => ({
  folder: dirname(path),
  home: homedir(),
  look: lookAt,
  read: filesAt,
});

function locate(root: string, name: string): string | undefined {
  const asPath = /[/\\]|\.ya?ml$/.test(name);
  const candidates = asPath
    ? [resolve(root, name)]
    : [join(root, folder, `${name}.yaml`), join(root, folder, `${name}.yml`)];
  return candidates.find((candidate) => existsSync(candidate));
}

function missing(root: string, name: string, asked?: Asked): Checked<never> {
  const known = listBlueprints(root);
  const nearest = closest(name, known);
  const source = asked?.source ?? { file: name, path: "" };
  const remedy = nearest === undefined || asked === undefined ? undefined : setKey(["blueprint"], nearest, asked.stack);
  const allowed = `${known.length > 0 ? known.join(", ") : "none yet in blueprints/"}, or the path of a Compose file`;
  return { ok: false, findings: [mistake(source, `there is no blueprint ${name}`, allowed, remedy)] };
}
