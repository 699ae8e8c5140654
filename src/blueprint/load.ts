import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Checked } from "../conflicts/finding.ts";
import { closest, mistake } from "../conflicts/mistake.ts";
import type { Blueprint, Blueprints } from "./blueprint.ts";
import { parseBlueprint } from "./parse.ts";

const folder = "blueprints";

/** Reads blueprints of a project, each file once. */
export function blueprintsOf(root: string): Blueprints {
  const known = new Map<string, Checked<Blueprint>>();
  return (name) => {
    const blueprint = known.get(name) ?? loadBlueprint(root, name);
    known.set(name, blueprint);
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
export function loadBlueprint(root: string, name: string): Checked<Blueprint> {
  const path = locate(root, name);
  if (path === undefined) return missing(root, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return failed(relative(root, path), `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseBlueprint(text, name, isAbsolute(name) ? path : relative(root, path));
}

function locate(root: string, name: string): string | undefined {
  const asPath = /[/\\]|\.ya?ml$/.test(name);
  const candidates = asPath
    ? [resolve(root, name)]
    : [join(root, folder, `${name}.yaml`), join(root, folder, `${name}.yml`)];
  return candidates.find((candidate) => existsSync(candidate));
}

function missing(root: string, name: string): Checked<never> {
  const known = listBlueprints(root);
  const nearest = closest(name, known);
  return failed(
    name,
    `there is no blueprint ${name}`,
    `${known.length > 0 ? known.join(", ") : "none in blueprints/"}, or the path of a Compose file`,
    nearest === undefined ? undefined : `pulumi config set berth:blueprint ${nearest}`,
  );
}

function failed(file: string, message: string, allowed?: string, remedy?: string): Checked<never> {
  return { ok: false, findings: [mistake({ file, path: "" }, message, allowed, remedy)] };
}
