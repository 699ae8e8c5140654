import { isDeepStrictEqual } from "node:util";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { filesAt, lookAt } from "../disk/found-files.ts";
import { readText } from "../disk/read-text.ts";
import type { Checked } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { setKey } from "../findings/remedy.ts";
import type { Asked, Blueprints, Loaded } from "./blueprint.ts";
import { ComposeFiles } from "./compose-files.ts";
import type { Early, EarlyLookup } from "./early.ts";
import { readBlueprint } from "./parse.ts";
import type { Surroundings } from "./surroundings.ts";

const folder = "blueprints";

/** Reads blueprints of a project, each file once. */
export function blueprintsOf(root: string): Blueprints {
  const files = new ComposeFiles({
    read: (path) => readText(path),
    shown: (path) => (absolute.has(path) || !isInside(root, path) ? path : relative(root, path)),
  });
  /** As configured. */
  const absolute = new Set<string>();
  const known = new Map<string, Reading[]>();
  return (name, asked) => {
    const names = typeof name === "string" ? [name] : name;
    const paths = names.map((each) => locate(root, each));
    const absent = names.filter((_, index) => paths[index] === undefined);
    if (absent.length > 0)
      return { ok: false, findings: absent.flatMap((each) => missing(root, each, asked).findings) };
    const found = paths.filter((path) => path !== undefined);
    for (const path of found) if (names.includes(path)) absolute.add(path);
    const lookup = asked?.lookup ?? (() => undefined);
    const readings = known.get(found.join("\0")) ?? [];
    const same = readings.find(({ answers }) =>
      [...answers].every(([variable, answer]) => isDeepStrictEqual(lookup(variable), answer)),
    );
    if (same !== undefined) return same.loaded;
    const reading = read(names.join(", "), found, { root, files, lookup });
    known.set(found.join("\0"), [...readings, reading]);
    return reading.loaded;
  };
}

/** A blueprint, and what it asked about a stack: for stacks that answer the same it is the same. */
interface Reading {
  readonly loaded: Loaded;
  readonly answers: ReadonlyMap<string, Early | undefined>;
}

interface ReadingGround {
  readonly root: string;
  readonly files: ComposeFiles;
  readonly lookup: EarlyLookup;
}

function read(name: string, paths: readonly string[], { root, files, lookup }: ReadingGround): Reading {
  const answers = new Map<string, Early | undefined>();
  const noted: EarlyLookup = (variable) => {
    const answer = lookup(variable);
    answers.set(variable, answer);
    return answer;
  };
  const surroundings = around(paths[0] ?? "", root);
  return { loaded: readBlueprint({ name, paths, files, surroundings, lookup: noted }), answers };
}

const isInside = (root: string, path: string): boolean => !/^(?:\.\.(?:[/\\]|$)|[/\\])/.test(relative(root, path));

/** The names that blueprints/ offers, sorted. */
export function listBlueprints(root: string): string[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((file) => /^(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Reads and checks one blueprint; all mistakes at once, each with key and line. */
export const loadBlueprint = (root: string, name: string | readonly string[], asked?: Asked): Loaded =>
  blueprintsOf(root)(name, asked);

/** What lies around a blueprint's file. */
const around = (path: string, project: string): Surroundings => ({
  folder: dirname(path),
  project,
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
