import { dirname, resolve } from "node:path";
import type * as z from "zod";
import { keyPath, leaves } from "../config/issues.ts";
import { isMap } from "../config/raw-values.ts";
import { readYaml, type YamlFile } from "../yaml/yaml-file.ts";
import type { Checked, Finding, Source } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { readBuildContext } from "../disk/build-context.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import { attachedTo } from "./attached-to.ts";
import type { Blueprint } from "./blueprint.ts";
import { InterpolationError, parseTemplate, variablesOf } from "./interpolate.ts";
import { withImpliedDependencies } from "./implied-dependencies.ts";
import { followCircle, references, startOrder } from "./references.ts";
import { blueprintSchema, type Compose } from "./schema.ts";
import { noSurroundings, type Surroundings } from "./surroundings.ts";
import { advice, knownKeys } from "./supported-keys.ts";
import { ownValue } from "../notation/own-value.ts";

/** Checks the text of a blueprint: shape, references, order, variables; all mistakes at once. */
export function parseBlueprint(
  text: string,
  name: string,
  file: string,
  surroundings: Surroundings = noSurroundings,
): Checked<Blueprint> {
  const read = readYaml(text);
  const isCompose = "problems" in read ? /^services *:/m.test(text) : isComposeContent(read.file.content);
  if (!isCompose) {
    // What it is instead is none of berth's business, and may be a secret: nothing of it is quoted.
    const message = `${file} is not a Compose file`;
    return { ok: false, findings: [mistake({ file, path: "" }, message, "YAML with a map of services:")] };
  }
  if ("problems" in read) {
    const findings = read.problems.map(({ message, line }) =>
      mistake({ file, path: "", line }, `${file} is not valid YAML: ${message}`),
    );
    return { ok: false, findings };
  }
  const content = withModes(read.file);
  const sources = new Map<string, Source>();
  const source = (place: Path): Source => {
    const name = place.join("\0");
    const known = sources.get(name) ?? { file, path: keyText(place), line: read.file.line(place) };
    sources.set(name, known);
    return known;
  };
  const parsed = blueprintSchema.safeParse(content ?? {});
  const findings = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, content, source));
  findings.push(...strangers(content, source), ...ambiguous(read.file, source));
  const variables = mentioned(content, [], source, findings);
  if (!parsed.success) return { ok: false, findings };
  const compose = { ...parsed.data, services: withImpliedDependencies(parsed.data.services) };
  findings.push(...references(compose, source), ...followCircle(compose, source));
  const order = startOrder(compose.services, source, findings);
  if (findings.length > 0) return { ok: false, findings };
  return {
    ok: true,
    findings: [],
    value: {
      name,
      file,
      services: compose.services,
      order,
      jobs: jobsOf(compose),
      volumes: Object.fromEntries(Object.entries(compose.volumes).map(([key, volume]) => [key, volume ?? {}])),
      networks: networksOf(compose),
      secretFiles: Object.fromEntries(
        Object.entries(compose.secrets).map(([key, secret]) => [key, secret?.environment ?? key]),
      ),
      configs: Object.fromEntries(Object.entries(compose.configs).map(([key, { content }]) => [key, content])),
      extension: compose["x-berth"],
      variables,
      folder: dirname(resolve(file)),
      buildContext: readBuildContext,
      source,
      surroundings,
    },
  };
}

const isComposeContent = (content: unknown): boolean =>
  content === null || (isMap(content) && (isMap(content["services"]) || "x-berth" in content));

type Path = readonly (string | number)[];

function describe(issue: z.core.$ZodIssue, content: unknown, source: Blueprint["source"]): Finding[] {
  return leaves(issue).flatMap((leaf) => {
    const path = keyPath(leaf.path);
    if (leaf.code === "unrecognized_keys") return leaf.keys.map((key) => unsupported([...path, key], source));
    if (leaf.code === "invalid_key") {
      const message = `${quoted(String(path.at(-1)))} cannot be a name here`;
      return [mistake(source(path), message, leaf.issues[0]?.message)];
    }
    const found = path.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
      content,
    );
    return [mistake(source(path), found === undefined ? "it is missing" : `found ${quoted(found)}`, leaf.message)];
  });
}

/** A key that is not part of the subset: what to do instead, or the key that was meant. */
function unsupported(path: Path, source: Blueprint["source"]): Finding {
  const key = String(path.at(-1));
  const group = path.length === 3 && path[0] === "services" ? "service" : String(path.at(-2) ?? "");
  const nearest = closest(key, ownValue(knownKeys, group) ?? ownValue(knownKeys, String(path.at(-3))) ?? []);
  const what = ownValue(advice, key) ?? (nearest === undefined ? "remove it" : `rename it to ${nearest}, or remove it`);
  return mistake(source(path), `the key ${key} is not supported`, undefined, instruction(what));
}

/** Top-level keys that are neither known nor extensions. */
const strangers = (content: unknown, source: Blueprint["source"]): Finding[] =>
  Object.keys(content ?? {})
    .filter((key) => !Object.hasOwn(blueprintSchema.shape, key) && !key.startsWith("x-") && !Array.isArray(content))
    .map((key) => unsupported([key], source));

/** Numbers that Compose, which reads YAML 1.1, would take for others; dates stay as they were typed. */
const ambiguous = ({ ambiguous: values }: YamlFile, source: Blueprint["source"]): Finding[] =>
  values.flatMap(({ path, typed }) =>
    /^\d{4}-/.test(typed) || isMode(path, typed)
      ? []
      : [
          mistake(
            source(path),
            `found ${typed}, which YAML 1.1 and YAML 1.2 read differently`,
            "a decimal number without leading zeros, or text in quotes",
          ),
        ],
  );

/** Whether a value is the mode of a file or file system: an octal number, as YAML 1.1 and Compose read it. */
const isMode = (path: Path, typed: string): boolean => path.at(-1) === "mode" && /^0o?[0-7]+$/.test(typed);

/** What a blueprint holds, with its modes as they were typed. */
function withModes({ content, ambiguous: values }: YamlFile): unknown {
  const modes = values.filter(({ path, typed }) => isMode(path, typed));
  return modes.reduce((whole, { path, typed }) => withValue(whole, path, typed.replace("o", "")), content);
}

function withValue(whole: unknown, [key, ...rest]: Path, value: string): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item: unknown, index) => (index === key ? withValue(item, rest, value) : item));
  return { ...(whole as object), [key]: withValue((whole as Record<string, unknown>)[key], rest, value) };
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

/** Collects the variables of every text, and reports those that cannot be read. */
function mentioned(
  content: unknown,
  path: (string | number)[],
  source: Blueprint["source"],
  findings: Finding[],
): Set<string> {
  if (typeof content === "string") {
    try {
      return new Set(variablesOf(parseTemplate(content)));
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      findings.push(mistake(source(path), error.message, "${NAME}, ${NAME:-default}, and $$ for a dollar sign"));
      return new Set();
    }
  }
  if (typeof content !== "object" || content === null) return new Set();
  const entries: [string | number, unknown][] = Array.isArray(content)
    ? content.map((item, index) => [index, item])
    : Object.entries(content);
  return new Set(entries.flatMap(([key, item]) => [...mentioned(item, [...path, key], source, findings)]));
}

const keyText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
