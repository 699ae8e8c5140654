import { fileURLToPath } from "node:url";
import type { Blueprint } from "../../../src/blueprint/blueprint.ts";
import { blueprintsOf } from "../../../src/blueprint/load.ts";
import { parseBlueprint } from "../../../src/blueprint/parse.ts";
import type { Surroundings } from "../../../src/blueprint/surroundings.ts";
import type { StackConfig } from "../../../src/config/stack-config.ts";
import { parseStack } from "../../../src/config/stack-file.ts";
import type { Checked } from "../../../src/findings/finding.ts";
import type { Platform } from "../../../src/deployment/deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { realized } from "../../../src/project/project.ts";
import { resolve } from "../../../src/resolve/resolve.ts";
import type { ShownFinding } from "../../../src/report/shown-finding.ts";
import { findingText, shown } from "../report/shown.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Sample {
  /** The stack's name; `hospital-a` if not given. */
  readonly stack?: string;
  /** A blueprint's text; without it, the one of blueprints/ that the stack names. */
  readonly blueprintYaml?: string;
  /** What lies around the blueprint; nothing if not given. */
  readonly surroundings?: Surroundings;
  /** The platform that the stack names, or why there is none. */
  readonly platform?: Checked<Platform>;
}

/**
 * The deployment of a stack file's text, as the program would make it on a local Docker in the project `berth`.
 * @throws with the findings, where there are errors.
 */
export function deploymentFrom(stackYaml: string, sample: Sample = {}): Realization {
  const checked = resolved(stackYaml, sample);
  if (checked.ok) return checked.value;
  throw new Error(checked.findings.map(findingText).join("\n"));
}

/** What is wrong with a stack file's text, or with the blueprint that it names, as a person at `pulumi` reads it; warnings, too. */
export const findingsFrom = (stackYaml: string, sample: Sample = {}): readonly ShownFinding[] =>
  shown(resolved(stackYaml, sample).findings);

function resolved(
  stackYaml: string,
  { stack = "hospital-a", blueprintYaml, surroundings, platform }: Sample,
): Checked<Realization> {
  const config = parseStack(stackYaml, stack, `Pulumi.${stack}.yaml`);
  if (!config.ok) return config;
  const read = blueprintOf(config.value, blueprintYaml);
  if (!read.ok) return read;
  const blueprint = surroundings === undefined ? read : { ...read, value: { ...read.value, surroundings } };
  const localEndpoint = "unix:///var/run/docker.sock";
  const setting = { organization: "organization", project: "berth", localEndpoint };
  return realized(resolve(config.value, blueprint.value, setting, platform));
}

/** The platform of blueprints/platform.yaml, as its stack offers it to others. */
export function platformFrom(keys = "", stack = "platform"): Checked<Platform> {
  const { platform } = deploymentFrom(`config:\n  berth:blueprint: platform\n${keys}`, { stack });
  if (platform === undefined) throw new Error("the blueprint offers nothing");
  return { ok: true, value: platform, findings: [] };
}

/** Each blueprint is read once: properties resolve thousands of stacks. */
const parsed = new Map<string, Checked<Blueprint>>();
const loaded = blueprintsOf(root);

function blueprintOf(config: StackConfig, text: string | undefined): Checked<Blueprint> {
  if (text === undefined) return loaded(config.blueprint, { stack: config.stack, source: config.source("blueprint") });
  const blueprint = parsed.get(text) ?? parseBlueprint(text, "sample", "blueprints/sample.yaml");
  parsed.set(text, blueprint);
  return blueprint;
}

/** A value in YAML, which has no place for control characters but behind a backslash. */
export const inYaml = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
