import type { Blueprint, Extension } from "../../blueprint/blueprint.ts";
import { fits } from "../../blueprint/pattern.ts";
import type { StackConfig } from "../../config/stack-config.ts";
import { askKey, instruction, type Remedy, setKey, setSecret } from "../../findings/remedy.ts";
import type { Finding, Source } from "../../findings/finding.ts";
import { quoted } from "../../notation/quoted.ts";
import type { Deployment, Service, Value } from "../../deployment/deployment.ts";
import { suspicionOf } from "../../notation/secret-names.ts";
import { relayKey } from "../../notation/names.ts";
import { ownValue } from "../../notation/own-value.ts";

type Checkpoint = Extension["checklist"][number];

/** What is wrong with one point; undefined where it is met. */
interface Missed {
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
  readonly remedy?: Remedy;
  readonly source?: Source;
}

/** The points of the blueprint's checklist that a deployment misses. What is not part of it has nothing to miss. */
export function checklistFindings(deployment: Deployment, config: StackConfig, blueprint: Blueprint): Finding[] {
  const { stack, services, entrance } = deployment;
  return blueprint.extension.checklist.flatMap((checkpoint, index): Finding[] => {
    const of =
      checkpoint.of ??
      blueprint.extension.app ??
      entrance?.service ??
      services.find(({ key }) => key !== relayKey)?.key;
    const service = services.find(({ key }) => key === of);
    const missed = missedBy(checkpoint, service, deployment, config, blueprint);
    if (missed === undefined) return [];
    const place = missed.source ?? blueprint.source(["x-berth", "checklist", index]);
    return [
      {
        code: "checklist-missed",
        severity: "error",
        kind: "checklist",
        key: missed.key,
        message: `${checkpoint.point}: ${missed.found}`,
        allowed: missed.allowed,
        wanted: { stack, ...(checkpoint.secret === undefined && { service: of }), ...place },
        remedy: checkpoint.remedy === undefined ? missed.remedy : instruction(checkpoint.remedy),
      },
    ];
  });
}

function missedBy(
  point: Checkpoint,
  service: Service | undefined,
  deployment: Deployment,
  config: StackConfig,
  { extension }: Blueprint,
): Missed | undefined {
  if (point.secret !== undefined)
    return missedSecret(point.secret, deployment, ownValue(extension.secrets, point.secret)?.minimum);
  if (service === undefined) return undefined;
  if (point.mount !== undefined) return missedMount(point.mount, service);
  return missedVariable(point, point.variable ?? "", service, config);
}

function missedVariable(point: Checkpoint, name: string, service: Service, config: StackConfig): Missed | undefined {
  const value = Object.hasOwn(service.environment, name) ? service.environment[name] : undefined;
  if (isMet(point, value)) return undefined;
  const { is, not, matches } = point;
  const path = ["settings", name];
  const { stack } = config;
  return {
    key: `${service.key}: ${name}`,
    found: value === undefined ? "it is not set" : isShown(name, value) ? `found ${quoted(value)}` : "found a secret",
    allowed: is?.join(", ") ?? (not === undefined ? `what fits ${matches ?? ""}` : `anything but ${texts(not)}`),
    remedy: is?.[0] === undefined ? askKey(path, stack) : setKey(path, is[0], stack),
    ...(Object.hasOwn(config.settings, name) && { source: config.source(...path) }),
  };
}

const isShown = (name: string, value: Value): value is string =>
  typeof value === "string" && suspicionOf(name, value) === undefined;

const texts = (values: readonly string[]): string =>
  values.map((value) => (value === "" ? "nothing" : value)).join(", ");

/** A secret's text is not known here: it is none of the values that a file may name. */
function isMet({ is, not, matches }: Checkpoint, value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value !== "string") return not !== undefined;
  if (is !== undefined) return is.includes(value);
  if (not !== undefined) return !not.includes(value);
  return fits(matches ?? "", value);
}

function missedMount(target: string, service: Service): Missed | undefined {
  const mount = service.mounts.find((candidate) => candidate.target === target);
  if (mount?.readOnly === true) return undefined;
  return {
    key: `${service.key}: ${target}`,
    found: mount === undefined ? "nothing is mounted there" : "it is also mounted for writing",
    allowed: `/host/path:${target}:ro under volumes:`,
    ...(mount?.kind === "directory" && { source: mount.source }),
  };
}

/** Of a given text the length is looked at where the text is: see weak-secrets.ts. */
function missedSecret(name: string, { secrets, stack }: Deployment, least = 1): Missed | undefined {
  const origin = secrets.find((candidate) => candidate.name === name)?.origin;
  if (origin?.kind === "given" || (origin !== undefined && origin.length >= least)) return undefined;
  return {
    key: name,
    found: origin === undefined ? "it is missing" : `it is generated with ${origin.length} characters`,
    allowed: least === 1 ? "a text that nobody can guess" : `at least ${least} characters`,
    remedy: setSecret(name, stack),
  };
}
