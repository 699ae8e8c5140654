import { dirname, resolve } from "node:path";
import { type ContextWish, readBuildContext } from "../disk/build-context.ts";
import { UnreadableFile } from "../disk/read-text.ts";
import type { Finding, Source } from "../findings/finding.ts";
import { errorsOf } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { type MapTree, plain, placeOf, type Tree } from "../yaml/tree.ts";
import { type Assembled, assemble, keyText } from "./assemble.ts";
import { attachedTo } from "./attached-to.ts";
import type { Blueprint, Loaded } from "./blueprint.ts";
import { ComposeFiles } from "./compose-files.ts";
import type { EarlyLookup } from "./early.ts";
import { InterpolationError, parseTemplate, variablesOf } from "./interpolate.ts";
import { memoize } from "../notation/memoize.ts";
import { secretName } from "../notation/secret-names.ts";
import { withImpliedDependencies } from "./implied-dependencies.ts";
import { followCircle, references, startOrder } from "./references.ts";
import type { Compose } from "./schema.ts";
import { shapeOf } from "./shape.ts";
import { noSurroundings, type Surroundings } from "./surroundings.ts";

/** What a blueprint is read from. */
export interface Origin {
  /** As configured. */
  readonly name: string;
  /** Absolute; several are merged in their order. */
  readonly paths: readonly string[];
  readonly files: ComposeFiles;
  readonly surroundings: Surroundings;
  /** What the stack's variables stand for. */
  readonly lookup: EarlyLookup;
}

/** Checks the text of a blueprint that is one file: shape, references, order, variables; all mistakes at once. */
export function parseBlueprint(
  text: string,
  name: string,
  file: string,
  surroundings: Surroundings = noSurroundings,
): Loaded {
  const path = resolve(file);
  const read = (asked: string): string => {
    if (asked === path) return text;
    throw new UnreadableFile("does not exist", "ENOENT");
  };
  const files = new ComposeFiles({ read, shown: (asked) => (asked === path ? file : asked) });
  return readBlueprint({ name, paths: [path], files, surroundings, lookup: () => undefined });
}

/** Reads a blueprint's files and checks what they come to; all mistakes at once, each with file, key and line. */
export function readBlueprint({ name, paths, files, surroundings, lookup }: Origin): Loaded {
  const strange = paths.flatMap((path, index) =>
    isCompose(path, files, index === 0) ? [] : [notCompose(path, files)],
  );
  if (strange.length > 0) return { ok: false, findings: strange };
  const assembled = assemble(files, paths, lookup);
  const file = files.shown(paths[0] ?? "");
  if (assembled.isPartial) return { ok: false, findings: distinct(assembled.findings) };
  return checked(assembled, { name, file, folder: dirname(paths[0] ?? ""), surroundings });
}

/** What it is instead is none of berth's business, and may be a secret: nothing of it is quoted. */
function notCompose(path: string, files: ComposeFiles): Finding {
  const file = files.shown(path);
  return mistake({ file, path: "" }, `${file} is not a Compose file`, "YAML with a map of services:");
}

/** A file that cannot be read is reported when it is read. */
function isCompose(path: string, files: ComposeFiles, isFirst: boolean): boolean {
  try {
    const read = files.compose(path);
    if ("problems" in read) return !isFirst || /^(?:services|include) *:/m.test(files.text(path));
    const trees = read.documents.map(({ tree }) => tree);
    return trees.every((tree) => isContent(tree, isFirst));
  } catch (error) {
    if (error instanceof UnreadableFile) return true;
    throw error;
  }
}

/** Any file but the first may add volumes and the like alone. */
const isContent = (tree: Tree, isFirst: boolean): boolean => {
  if (tree.kind !== "map") return tree.kind === "leaf" && tree.value === null;
  const others = isFirst ? [] : ["volumes", "networks", "secrets", "configs"];
  return (
    tree.entries.get("services")?.kind === "map" ||
    ["x-berth", "include", ...others].some((key) => tree.entries.has(key))
  );
};

function checked(
  { tree, dotenv, findings: read, ofServices }: Assembled,
  origin: Pick<Blueprint, "name" | "file" | "folder" | "surroundings">,
): Loaded {
  const source = sourceIn(tree);
  const content = plain(tree) as Record<string, unknown>;
  const { variables, findings: unread } = mentioned(tree);
  const { compose: written, findings: misshapen } = shapeOf(content, source);
  const compose = written && { ...written, services: withImpliedDependencies(written.services) };
  const findings = [...read, ...misshapen, ...unread];
  const problems = new Map(ofServices);
  const add = (key: string | undefined, found: readonly Finding[]): void => {
    const service = key === undefined ? undefined : compose?.services[key];
    // What a service without profiles has wrong is wrong for every stack.
    if (key === undefined || (service?.profiles ?? []).length === 0) findings.push(...found);
    else problems.set(key, [...(problems.get(key) ?? []), ...found]);
  };
  if (compose === undefined) return { ok: false, findings: distinct(findings) };
  // That a whole service lacks something may follow from the name of a key that is not known.
  const follows = ({ key }: Finding): boolean =>
    Object.keys(compose.services).some((name) => key === `services.${name}`) &&
    misshapen.some((other) => other.key.startsWith(`${key}.`));
  for (const found of references(compose, source)) if (!follows(found)) add(serviceOf(found, compose), [found]);
  findings.push(...followCircle(compose, source));
  const order = startOrder(compose.services, source, findings);
  for (const [key, found] of ofServices)
    if ((compose.services[key]?.profiles ?? []).length === 0) {
      findings.push(...found);
      problems.delete(key);
    }
  const value: Blueprint = {
    ...origin,
    services: compose.services,
    order,
    jobs: jobsOf(compose),
    volumes: Object.fromEntries(Object.entries(compose.volumes).map(([key, volume]) => [key, volume ?? {}])),
    networks: networksOf(compose),
    secretFiles: Object.fromEntries(
      Object.entries(compose.secrets).map(([key, secret]) => [key, secretNameOf(key, secret ?? {})]),
    ),
    secretPaths: Object.fromEntries(
      Object.entries(compose.secrets).flatMap(([key, secret]) =>
        secret?.file === undefined ? [] : [[key, secret.file]],
      ),
    ),
    configs: compose.configs,
    extension: compose["x-berth"],
    variables,
    dotenv,
    problems,
    buildContext: contextsRead(),
    source,
  };
  const all = distinct(findings);
  if (errorsOf(all).length === 0) return { ok: true, value, findings: all };
  const isReadable = order.length > 0 && unread.length === 0;
  return isReadable ? { ok: false, findings: all, partial: value } : { ok: false, findings: all };
}

/** Reads each context once: the stacks of a blueprint mostly build from the same one. */
function contextsRead(): Blueprint["buildContext"] {
  const read = memoize((wish) => readBuildContext(JSON.parse(wish) as ContextWish));
  return (wish) => read(JSON.stringify(wish));
}

/** The service in which a finding is. */
const serviceOf = ({ key }: Finding, { services }: Compose): string | undefined =>
  Object.keys(services).find((name) => key.startsWith(`services.${name}.`));

/** One cause is one finding, however many services an anchor or another file brings it to. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ wanted, key, message }) => {
    const part = key.replace(/^services\.[^.]+\./, "");
    const name = JSON.stringify([wanted?.file, wanted?.line, message, wanted?.line === undefined ? key : part]);
    return !seen.has(name) && seen.add(name);
  });
}

function sourceIn(tree: MapTree): Blueprint["source"] {
  const sources = new Map<string, Source>();
  return (path) => {
    const name = path.join("\0");
    const known = sources.get(name) ?? sourceOf(tree, path);
    sources.set(name, known);
    return known;
  };
}

function sourceOf(tree: MapTree, path: readonly (string | number)[]): Source {
  const { file, line } = placeOf(tree, path);
  // What is not there at all has no line.
  const isThere = path[0] === undefined || tree.entries.has(String(path[0]));
  return { file, path: keyText(path), line: isThere ? line : undefined };
}

/** The name under which a stack gives the text of a secret. */
function secretNameOf(key: string, { environment, external, name }: NonNullable<Compose["secrets"][string]>): string {
  if (environment !== undefined) return environment;
  const given =
    external === undefined ? undefined : (name ?? (typeof external === "object" ? external.name : undefined));
  return secretName(given ?? key);
}

function jobsOf(compose: Compose): Blueprint["jobs"] {
  const awaited = Object.values(compose.services).flatMap((service) =>
    Object.entries(service.depends_on ?? {}).flatMap(([key, { condition }]) =>
      condition === "service_completed_successfully" ? [key] : [],
    ),
  );
  const { jobs } = compose["x-berth"];
  const named = Array.isArray(jobs) ? jobs.map((key) => [key, {}] as const) : Object.entries(jobs);
  return new Map([...awaited.map((key) => [key, {}] as const), ...named]);
}

/** The network `default` is there where a service is attached to it, whether it is declared or not. */
function networksOf({ services, networks }: Compose): Blueprint["networks"] {
  const usesDefault = Object.values(services).some((service) => "default" in attachedTo(service));
  const declared = Object.entries(networks).map(([key, network]) => [key, network ?? {}] as const);
  return { ...Object.fromEntries(declared), ...(usesDefault && !("default" in networks) && { default: {} }) };
}

/** The variables of every text, and those that cannot be read. */
function mentioned(tree: Tree): { readonly variables: Set<string>; readonly findings: readonly Finding[] } {
  const variables = new Set<string>();
  const findings: Finding[] = [];
  const walk = (at: Tree, path: readonly (string | number)[]): void => {
    if (at.kind === "map") for (const [key, value] of at.entries) walk(value, [...path, key]);
    else if (at.kind === "list") at.items.forEach((item, index) => walk(item, [...path, index]));
    else if (typeof at.value === "string" && at.value.includes("$")) {
      try {
        for (const name of variablesOf(parseTemplate(at.value))) variables.add(name);
      } catch (error) {
        if (!(error instanceof InterpolationError)) throw error;
        const place = { ...at.at, path: keyText(path) };
        findings.push(mistake(place, error.message, "${NAME}, ${NAME:-default}, and $$ for a dollar sign"));
      }
    }
  };
  walk(tree, []);
  return { variables, findings };
}
