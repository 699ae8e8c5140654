import type { Blueprints } from "../blueprint/blueprint.ts";
import { blueprintsOf } from "../blueprint/load.ts";
import { listStacks, projectDefaults, readStackFile } from "../config/stack-file.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Checked, Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { resolve, type Setting } from "../deployment/resolve.ts";
import { localEndpoint } from "./endpoint.ts";

/** A folder with stack files: what every command and the program start from. */
export interface Project {
  readonly root: string;
  readonly setting: Setting;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly blueprints: Blueprints;
}

/** @param organization as the backend has it; `organization` on all that a team hosts itself. */
export function openProject(root: string, organization = "organization"): Project {
  const { project, defaults } = projectDefaults(root);
  return {
    root,
    defaults,
    blueprints: blueprintsOf(root),
    setting: { organization, project, localEndpoint: localEndpoint() },
  };
}

/** Resolves what was read of one stack, with the blueprint that it names. */
export function deploymentOf(project: Project, config: Checked<StackConfig>): Checked<Deployment> {
  if (!config.ok) return config;
  const blueprint = project.blueprints(config.value.blueprint, {
    stack: config.value.stack,
    source: config.value.source("blueprint"),
  });
  if (!blueprint.ok) return blueprint;
  const resolved = resolve(config.value, blueprint.value, project.setting);
  return config.findings.length === 0
    ? resolved
    : { ...resolved, findings: [...config.findings, ...resolved.findings] };
}

/** One stack of the project by its file. */
export const readDeployment = (project: Project, stack: string): Checked<Deployment> =>
  withStack(stack, deploymentOf(project, readStackFile(project.root, stack, project.defaults)));

export interface Siblings {
  readonly deployments: readonly Deployment[];
  /** Of stacks that cannot be read or resolved: what they claim is unknown. */
  readonly findings: readonly Finding[];
}

/** Every stack of the project that has a file, deployed or not, but for the one named. */
export function readSiblings(project: Project, except?: string): Siblings {
  const read = listStacks(project.root)
    .filter((stack) => stack !== except)
    .map((stack) => readDeployment(project, stack));
  return {
    deployments: read.flatMap((deployment) => (deployment.ok ? [deployment.value] : [])),
    findings: read.flatMap((deployment) => deployment.findings),
  };
}

/** Says of a finding in a blueprint, too, which stack it stops. */
function withStack<T>(stack: string, checked: Checked<T>): Checked<T> {
  if (checked.findings.length === 0) return checked;
  return {
    ...checked,
    findings: checked.findings.map((finding) => ({ ...finding, wanted: { stack, ...finding.wanted } })),
  };
}
