import { DepGraph, DepGraphCycleError } from "dependency-graph";
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import type { Checked, Finding, Source } from "../conflicts/finding.ts";
import { mistake, quoted } from "../conflicts/mistake.ts";
import type { Blueprint } from "./blueprint.ts";
import { InterpolationError, parseTemplate, variablesOf } from "./interpolate.ts";
import { advice, blueprintSchema } from "./schema.ts";

/** Checks the text of a blueprint: shape, references, order, variables. */
export function parseBlueprint(text: string, name: string, file: string): Checked<Blueprint> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      findings: document.errors.map((error) =>
        mistake({ file, path: "", line: error.linePos?.[0].line }, `is no YAML: ${error.message.split("\n")[0] ?? ""}`),
      ),
    };
  }
  const source = (place: readonly (string | number)[]): Source => {
    const line = lineOf(document, lines, place);
    return { file, path: keyPath(place), line };
  };
  const content: unknown = document.toJS();
  const parsed = blueprintSchema.safeParse(content);
  if (!parsed.success)
    return { ok: false, findings: parsed.error.issues.flatMap((issue) => describe(issue, content, source)) };
  const compose = parsed.data;
  const findings = [...strangers(compose, source), ...references(compose, source)];
  const order = startOrder(compose.services, source, findings);
  const variables = mentioned(content, [], source, findings);
  if (findings.length > 0) return { ok: false, findings };
  return {
    ok: true,
    findings: [],
    value: {
      name,
      file,
      services: compose.services,
      order,
      volumes: Object.keys(compose.volumes),
      networks: networksOf(compose),
      secretFiles: Object.fromEntries(
        Object.entries(compose.secrets).map(([key, secret]) => [key, secret?.environment ?? key]),
      ),
      extension: compose["x-berth"],
      variables,
      source,
    },
  };
}

type Compose = z.output<typeof blueprintSchema>;

function describe(
  issue: z.core.$ZodIssue,
  content: unknown,
  source: (path: readonly (string | number)[]) => Source,
): Finding[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      mistake(source([...path, key]), `the key ${key} is not supported`, undefined, advice[key] ?? "remove it"),
    );
  }
  if (issue.code === "invalid_union") {
    const deeper = issue.errors.flat().filter((inner) => inner.code === "unrecognized_keys" || inner.path.length > 0);
    if (deeper.length > 0)
      return deeper.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, content, source));
  }
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    content,
  );
  return [mistake(source(path), `found ${quoted(found)}`, issue.message.replace(/^Invalid input: /, ""))];
}

/** Top-level keys that are neither known nor extensions. */
function strangers(compose: Compose, source: Blueprint["source"]): Finding[] {
  return Object.keys(compose)
    .filter((key) => !(key in blueprintSchema.shape) && !key.startsWith("x-"))
    .map((key) => mistake(source([key]), `the key ${key} is not supported`, undefined, advice[key] ?? "remove it"));
}

/** Names that must be declared elsewhere in the file. */
function references(compose: Compose, source: Blueprint["source"]): Finding[] {
  const services = Object.keys(compose.services);
  const undeclared = (path: (string | number)[], kind: string, name: string, known: readonly string[]): Finding[] =>
    known.includes(name)
      ? []
      : [mistake(source(path), `there is no ${kind} ${name}`, known.join(", ") || `no ${kind} is declared`)];
  const networks = ["default", ...Object.keys(compose.networks)];
  const inServices = Object.entries(compose.services).flatMap(([key, service]) => [
    ...Object.keys(service.depends_on ?? {}).flatMap((other) =>
      undeclared(["services", key, "depends_on", other], "service", other, services),
    ),
    ...Object.keys(service.networks ?? {}).flatMap((network) =>
      undeclared(["services", key, "networks", network], "network", network, networks),
    ),
    ...(service.secrets ?? []).flatMap((secret, index) =>
      undeclared(
        ["services", key, "secrets", index],
        "secret",
        typeof secret === "string" ? secret : secret.source,
        Object.keys(compose.secrets),
      ),
    ),
  ]);
  const { jobs, app, ports } = compose["x-berth"];
  return [
    ...inServices,
    ...jobs.flatMap((job, index) => undeclared(["x-berth", "jobs", index], "service", job, services)),
    ...(app === undefined ? [] : undeclared(["x-berth", "app"], "service", app, services)),
    ...Object.keys(ports).flatMap((key) => undeclared(["x-berth", "ports", key], "service", key, services)),
  ];
}

function startOrder(services: Compose["services"], source: Blueprint["source"], findings: Finding[]): string[] {
  const graph = new DepGraph<string>();
  for (const key of Object.keys(services)) graph.addNode(key);
  for (const [key, service] of Object.entries(services)) {
    for (const other of Object.keys(service.depends_on ?? {}))
      if (graph.hasNode(other)) graph.addDependency(key, other);
  }
  try {
    return graph.overallOrder();
  } catch (error) {
    if (!(error instanceof DepGraphCycleError)) throw error;
    const start = error.cyclePath[0] ?? "";
    findings.push(
      mistake(
        source(["services", start, "depends_on"]),
        `services wait for each other in a circle: ${error.cyclePath.join(" → ")}`,
        undefined,
        "remove one of these depends_on",
      ),
    );
    return [];
  }
}

function networksOf(compose: Compose): Blueprint["networks"] {
  const used = new Set(
    Object.values(compose.services).flatMap((service) => Object.keys(service.networks ?? { default: null })),
  );
  const declared = Object.entries(compose.networks).map(([key, network]) => {
    const pool = network?.ipam?.config[0];
    return [key, { internal: network?.internal ?? false, subnet: pool?.subnet, gateway: pool?.gateway }] as const;
  });
  const networks: Record<string, Blueprint["networks"][string]> = Object.fromEntries(declared);
  if (used.has("default") && !("default" in networks)) networks["default"] = { internal: false };
  return networks;
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

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    const range =
      typeof node === "object" && node !== null && "range" in node ? (node.range as number[] | undefined) : undefined;
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
  }
  return undefined;
}

const keyPath = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
