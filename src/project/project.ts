import type { Blueprint, Blueprints, Loaded } from "../blueprint/blueprint.ts";
import { blueprintsOf } from "../blueprint/load.ts";
import { projectDefaults } from "../config/project-defaults.ts";
import type { ProjectDefaults } from "../config/raw-stack.ts";
import { listStacks, misnamedFindings, readStackFile, readStackFiles, stackFileName } from "../config/stack-file.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { type Checked, errorsOf, type Finding } from "../findings/finding.ts";
import { berth, type BerthCommand, type Remedy, sequence, setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import { wantsPlatform } from "../resolve/database.ts";
import { earlyVariables } from "../resolve/variables.ts";
import type { Deployment, Platform } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { realize } from "../realize/realize.ts";
import { resolve, type Setting } from "../resolve/resolve.ts";
import { localEndpoint } from "../docker/endpoint.ts";
import { homeOf } from "../config/backend.ts";

/** A folder with stack files: what every command and the program start from. */
export interface Project {
  readonly root: string;
  readonly setting: Setting;
  readonly defaults: ProjectDefaults;
  readonly blueprints: Blueprints;
  /** The platform of a stack's database, or why there is none; undefined where its blueprint asks for none. */
  readonly platformOf: (config: StackConfig, blueprint: Blueprint) => Checked<Platform> | undefined;
}

/** @param organization as the backend has it; `organization` on all that a team hosts itself. */
export function openProject(root: string, organization = "organization"): Project {
  const { project, defaults } = projectDefaults(root);
  const platforms = platformsOf(() => opened);
  const opened: Project = {
    root,
    defaults,
    blueprints: blueprintsOf(root),
    setting: { organization, project, localEndpoint: localEndpoint(), home: homeOf(root) },
    platformOf: (config, blueprint) => (wantsPlatform(blueprint) ? platformFor(config, platforms) : undefined),
  };
  return opened;
}

/** Resolves what was read of one stack, with the blueprint that it names. */
export function deploymentOf(project: Project, config: Checked<StackConfig>): Checked<Realization> {
  if (!config.ok) return config;
  const blueprint = project.blueprints(config.value.blueprint, {
    stack: config.value.stack,
    source: config.value.source("blueprint"),
    lookup: earlyVariables(config.value),
  });
  if (!blueprint.ok)
    return { ok: false, findings: [...blueprint.findings, ...among(blueprint, config.value, project)] };
  const platform = project.platformOf(config.value, blueprint.value);
  const resolved = realized(resolve(config.value, blueprint.value, project.setting, platform));
  return config.findings.length === 0
    ? resolved
    : { ...resolved, findings: [...config.findings, ...resolved.findings] };
}

/** What else is wrong with a blueprint that cannot be used as it is. */
function among({ findings, partial }: Loaded, config: StackConfig, project: Project): Finding[] {
  if (partial === undefined) return [];
  const resolved = resolve(config, partial, project.setting, project.platformOf(config, partial));
  const places = new Set(findings.map(placeOf));
  // What a stack file says may speak of what was left out.
  return resolved.findings.filter(
    (finding) => finding.severity === "error" && finding.wanted?.file !== config.file && !places.has(placeOf(finding)),
  );
}

const placeOf = ({ wanted, key }: Finding): string => `${wanted?.file ?? ""} ${wanted?.line ?? key}`;

/** A deployment that could be resolved, with its containers. */
export const realized = (checked: Checked<Deployment>): Checked<Realization> =>
  checked.ok ? { ...checked, value: realize(checked.value) } : checked;

/** The platform that a stack names, or what it should know of why there is none. */
function platformFor({ stack, database, source }: StackConfig, platforms: Platforms): Checked<Platform> {
  const { platform: name } = database;
  const wrong = (message: string, allowed: string | undefined, remedy: Remedy): Checked<Platform> => ({
    ok: false,
    findings: [mistake(source("database"), message, allowed, remedy)],
  });
  const stacks = platforms.stacks();
  const instead = (message: string): Checked<Platform> => {
    const others = platforms.names().filter((other) => other !== stack && other !== name);
    const fresh =
      ["platform", "databases"].find((free) => free !== name && !stacks.includes(free)) ?? `${stack}-platform`;
    const naming = setKey(["database"], others[0] ?? fresh, stack);
    const creation = sequence(creationOf(fresh), naming);
    return wrong(message, others.join(", ") || undefined, others.length > 0 ? naming : creation);
  };
  if (name === stack) return instead(`${name} cannot host its own database`);
  if (!stacks.includes(name)) {
    const message = `there is no platform ${name}, which would host its database`;
    return platforms.names().length > 0 ? instead(message) : wrong(message, undefined, creationOf(name));
  }
  const platform = platforms.of(name);
  if (platform === undefined)
    return instead(`${stackFileName(name)} is not a platform: its blueprint offers no database`);
  if (!platform.ok)
    return wrong(`the platform ${name} has mistakes of its own`, undefined, berth("check", "--stack", name));
  return platform;
}

const creationOf = (name: string): BerthCommand => berth("new", name, "--blueprint", "platform");

/** What stacks offer to others, each read once. */
interface Platforms {
  /** Undefined where a stack is no platform. */
  readonly of: (stack: string) => Checked<Platform> | undefined;
  /** All stacks of the project. */
  readonly stacks: () => readonly string[];
  /** The stacks whose blueprint offers databases, mistakes or not. */
  readonly names: () => readonly string[];
}

function platformsOf(project: () => Project): Platforms {
  const known = new Map<string, Checked<Platform> | undefined>();
  let names: readonly string[] | undefined;
  let all: readonly string[] | undefined;
  const stacks = (): readonly string[] => (all ??= listStacks(project().root));
  return {
    stacks,
    of: (stack) => {
      if (!known.has(stack)) {
        known.set(stack, undefined); // one that names itself, over others or not, is none
        const deployment = readDeployment(project(), stack);
        if (!deployment.ok) known.set(stack, deployment);
        else if (deployment.value.platform !== undefined)
          known.set(stack, { ok: true, value: deployment.value.platform, findings: [] });
      }
      return known.get(stack);
    },
    names: () => (names ??= stacks().filter((stack) => offersPlatform(project(), stack))),
  };
}

/** Nothing of it is resolved: it may itself wait for who asks. */
function offersPlatform({ root, defaults, blueprints }: Project, stack: string): boolean {
  const config = readStackFile(root, stack, defaults);
  const blueprint = config.ok ? blueprints(config.value.blueprint) : config;
  return blueprint.ok && blueprint.value.extension.platform !== undefined;
}

/** One stack of the project by its file. */
export const readDeployment = (project: Project, stack: string): Checked<Realization> =>
  withStack(stack, deploymentOf(project, readStackFile(project.root, stack, project.defaults)));

export interface Siblings {
  readonly deployments: readonly Realization[];
  /** Everything that is wrong with any of them. */
  readonly findings: readonly Finding[];
  /** Of these the errors of stacks that cannot be read or resolved: what they claim is unknown. */
  readonly unknown: readonly Finding[];
}

/**
 * What is unknown of siblings, for an operation on another stack: shown as a warning, it does not stop that operation.
 */
export const ofOthers = (unknown: readonly Finding[]): Finding[] =>
  unknown.map((finding) => ({ ...finding, severity: "warning" }));

/** Every stack of the project that has a file, deployed or not, but for the one named. */
export function readSiblings(project: Project, except?: string): Siblings {
  const { root, defaults } = project;
  const stacks = listStacks(root).filter((stack) => stack !== except);
  const read = readStackFiles(root, stacks, defaults).map((config, index) =>
    withStack(stacks[index] ?? "", deploymentOf(project, config)),
  );
  const misnamed = misnamedFindings(root);
  return {
    deployments: read.flatMap((deployment) => (deployment.ok ? [deployment.value] : [])),
    findings: [...misnamed, ...read.flatMap((deployment) => deployment.findings)],
    unknown: [...misnamed, ...read.flatMap((deployment) => (deployment.ok ? [] : errorsOf(deployment.findings)))],
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
