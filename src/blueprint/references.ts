import { DepGraph, DepGraphCycleError } from "dependency-graph";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { closest } from "../findings/suggest.ts";
import { instruction, type Remedy } from "../findings/remedy.ts";
import type { Blueprint } from "./blueprint.ts";
import type { Compose } from "./schema.ts";
import { tuningReferences } from "./tuning-references.ts";
import { ownValue } from "../notation/own-value.ts";

/** Names that must be declared elsewhere in the file. */
export function references(compose: Compose, source: Blueprint["source"]): Finding[] {
  const services = Object.keys(compose.services);
  const undeclared = (path: (string | number)[], kind: string, name: string, known: readonly string[]): Finding[] =>
    known.includes(name)
      ? []
      : [
          mistake(
            source(path),
            `there is no ${kind} ${name}`,
            known.join(", ") || undefined,
            repair(kind, name, known),
          ),
        ];
  const networks = ["default", ...Object.keys(compose.networks)];
  const inServices = Object.entries(compose.services).flatMap(([key, service]) => [
    ...(service.image === undefined && service.build === undefined
      ? [mistake(source(["services", key]), `${key} has neither image: nor build:`, "one of the two")]
      : []),
    ...Object.keys(service.depends_on ?? {}).flatMap((other) =>
      undeclared(["services", key, "depends_on", other], "service", other, services),
    ),
    ...(service.links ?? []).flatMap((link, index) =>
      undeclared(["services", key, "links", index], "service", link.split(":")[0] ?? link, services),
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
    ...(service.configs ?? []).flatMap((config, index) =>
      undeclared(
        ["services", key, "configs", index],
        "config",
        typeof config === "string" ? config : config.source,
        Object.keys(compose.configs),
      ),
    ),
  ]);
  const { jobs, app, ports, secrets, database, platform } = compose["x-berth"];
  const fits = (path: string[], service: string | undefined): Finding[] =>
    service === undefined ? [] : undeclared(["x-berth", ...path], "service", service, services);
  const leaders = Object.entries(ports).flatMap(([key, written]) =>
    written.includes("+") ? [[key, written.slice(0, written.lastIndexOf("+"))] as const] : [],
  );
  return [
    ...inServices,
    ...(Array.isArray(jobs) ? jobs : Object.keys(jobs)).flatMap((job, index) =>
      undeclared(["x-berth", "jobs", Array.isArray(jobs) ? index : job], "service", job, services),
    ),
    ...fits(["app"], app),
    ...fits(["database", "server"], database?.server),
    ...Object.keys(database?.connections ?? {}).flatMap((key) => fits(["database", "connections", key], key)),
    ...fits(["platform", "server"], platform?.server),
    ...fits(["platform", "pool"], platform?.pool),
    ...(platform === undefined
      ? []
      : [
          ...undeclared(["x-berth", "platform", "network"], "network", platform.network, networks),
          ...(["admin", "lookup"] as const).flatMap((key) =>
            undeclared(["x-berth", "platform", key], "secret", platform[key], Object.keys(secrets)),
          ),
        ]),
    ...Object.keys(ports).flatMap((key) => undeclared(["x-berth", "ports", key], "service", key, services)),
    ...tuningReferences(compose, source, undeclared),
    ...leaders.flatMap(([key, leader]) => undeclared(["x-berth", "ports", key], "service", leader, services)),
  ];
}

/** Service keys, each after those it depends on. */
export function startOrder(services: Compose["services"], source: Blueprint["source"], findings: Finding[]): string[] {
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
        instruction("remove one of these depends_on:"),
      ),
    );
    return [];
  }
}

/** What declares a missing name, or the name that was meant. */
function repair(kind: string, name: string, known: readonly string[]): Remedy | undefined {
  const nearest = closest(name, known);
  if (nearest !== undefined) return instruction(`write ${nearest} for ${name}`);
  return kind === "service" ? undefined : instruction(`declare it under ${kind}s:`);
}

/** Ports that follow each other in a circle, so that none has a number. */
export function followCircle(compose: Compose, source: Blueprint["source"]): Finding[] {
  const { ports } = compose["x-berth"];
  const leader = (key: string): string | undefined => /^(.+)\+\d+$/.exec(ownValue(ports, key) ?? "")?.[1];
  for (const start of Object.keys(ports)) {
    const path = [start];
    for (let at = leader(start); at !== undefined && path.length <= Object.keys(ports).length; at = leader(at)) {
      path.push(at);
      if (at !== start) continue;
      const message = `ports follow each other in a circle: ${path.join(" → ")}`;
      return [
        mistake(
          source(["x-berth", "ports", start]),
          message,
          undefined,
          instruction("give one of them a range, for example 8778-8977"),
        ),
      ];
    }
  }
  return [];
}
