import type { Blueprints } from "../blueprint/blueprint.ts";
import { blueprintsOf } from "../blueprint/load.ts";
import { type ProjectDefaults, projectDefaults } from "../config/project-defaults.ts";
import { listStacks, readStackFile, stackFileName } from "../config/stack-file.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { type Checked, errorsOf, type Finding } from "../conflicts/finding.ts";
import { setCommand } from "../conflicts/config-key.ts";
import { mistake } from "../conflicts/mistake.ts";
import { wantsPlatform } from "../deployment/database.ts";
import type { Deployment, Platform } from "../deployment/deployment.ts";
import { resolve, type Setting } from "../deployment/resolve.ts";
import { localEndpoint } from "./endpoint.ts";

/** A folder with stack files: what every command and the program start from. */
export interface Project {
  readonly root: string;
  readonly setting: Setting;
  readonly defaults: ProjectDefaults;
  readonly blueprints: Blueprints;
  /** What a stack offers to others; undefined where it is no platform. */
  readonly platform: (stack: string) => Checked<Platform> | undefined;
}

/** @param organization as the backend has it; `organization` on all that a team hosts itself. */
export function openProject(root: string, organization = "organization"): Project {
  const { project, defaults } = projectDefaults(root);
  const opened: Project = {
    root,
    defaults,
    blueprints: blueprintsOf(root),
    setting: { organization, project, localEndpoint: localEndpoint() },
    platform: platforms(() => opened),
  };
  return opened;
}

/** Resolves what was read of one stack, with the blueprint that it names. */
export function deploymentOf(project: Project, config: Checked<StackConfig>): Checked<Deployment> {
  if (!config.ok) return config;
  const blueprint = project.blueprints(config.value.blueprint, {
    stack: config.value.stack,
    source: config.value.source("blueprint"),
  });
  if (!blueprint.ok) return blueprint;
  const platform = wantsPlatform(blueprint.value) ? platformFor(project, config.value) : undefined;
  const resolved = resolve(config.value, blueprint.value, project.setting, platform);
  return config.findings.length === 0
    ? resolved
    : { ...resolved, findings: [...config.findings, ...resolved.findings] };
}

/** The platform that a stack names, or what it should know of why there is none. */
function platformFor(project: Project, { stack, database, source }: StackConfig): Checked<Platform> {
  const { platform: name } = database;
  const wrong = (message: string, allowed: string | undefined, remedy: string): Checked<Platform> => ({
    ok: false,
    findings: [mistake(source("database"), message, allowed, remedy)],
  });
  const stacks = listStacks(project.root);
  const others = (): string[] => stacks.filter((other) => other !== stack && project.platform(other)?.ok === true);
  const instead = (message: string, nothing: string): Checked<Platform> => {
    const [other] = others();
    const remedy = other === undefined ? nothing : setCommand(["database"], other, stack);
    return wrong(message, others().join(", ") || undefined, remedy);
  };
  const creation = `berth new platform --blueprint platform`;
  if (name === stack || !stacks.includes(name))
    return instead(`there is no platform ${name}, which is to carry its database`, creation);
  const platform = project.platform(name);
  if (platform === undefined)
    return instead(`${stackFileName(name)} is no platform: its blueprint offers no database`, creation);
  if (!platform.ok)
    return wrong(`the platform ${name} has mistakes of its own`, undefined, `berth check --stack ${name}`);
  return platform;
}

/** What a stack offers to others, read once; undefined where it is no platform. */
function platforms(project: () => Project): Project["platform"] {
  const known = new Map<string, Checked<Platform> | undefined>();
  return (stack) => {
    if (!known.has(stack)) {
      known.set(stack, undefined); // one that names itself, over others or not, is none
      const deployment = readDeployment(project(), stack);
      if (!deployment.ok) known.set(stack, deployment);
      else if (deployment.value.platform !== undefined)
        known.set(stack, { ok: true, value: deployment.value.platform, findings: [] });
    }
    return known.get(stack);
  };
}

/** One stack of the project by its file. */
export const readDeployment = (project: Project, stack: string): Checked<Deployment> =>
  withStack(stack, deploymentOf(project, readStackFile(project.root, stack, project.defaults)));

export interface Siblings {
  readonly deployments: readonly Deployment[];
  /** Everything that is wrong with any of them. */
  readonly findings: readonly Finding[];
  /** Of these the errors of stacks that cannot be read or resolved: what they claim is unknown. */
  readonly unknown: readonly Finding[];
}

/** Every stack of the project that has a file, deployed or not, but for the one named. */
export function readSiblings(project: Project, except?: string): Siblings {
  const read = listStacks(project.root)
    .filter((stack) => stack !== except)
    .map((stack) => readDeployment(project, stack));
  return {
    deployments: read.flatMap((deployment) => (deployment.ok ? [deployment.value] : [])),
    findings: read.flatMap((deployment) => deployment.findings),
    unknown: read.flatMap((deployment) => (deployment.ok ? [] : errorsOf(deployment.findings))),
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
