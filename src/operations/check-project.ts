import { check, inOrder } from "../conflicts/check.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import { errorsOf, type Finding } from "../findings/finding.ts";
import { readStackFile } from "../config/stack-file.ts";
import type { Realization } from "../deployment/realization.ts";
import type { PlatformReport } from "../inventory/databases.ts";
import { serverSilence } from "../inventory/observe-databases.ts";
import { backendUrl } from "../config/backend.ts";
import { ownershipOf } from "../engine/states.ts";
import type { HostReport } from "../host/snapshot.ts";
import { inventoryFor } from "../project/inventory.ts";
import { ofOthers, type Project, readSiblings, type Siblings } from "../project/project.ts";
import { pathFindings } from "../engine/project-path.ts";

export interface CheckProjectOptions {
  /** Only what concerns this stack. */
  readonly stack?: string;
  /** Look at files only, ask no host. */
  readonly offline?: boolean;
  /** The stack is about to come up, and so needs its platform. */
  readonly starting?: boolean;
  /** By stack, whether it is supposed to run, where that is not what its file says. */
  readonly running?: Readonly<Record<string, boolean>>;
  /** The stacks of the project, where they are read already. */
  readonly siblings?: Siblings;
  /** Whether the files in the stack's containers are read as well: to compare them with `hosts` of the result. */
  readonly files?: boolean;
}

/** What was found, and the hosts that were read for it. */
export interface Checkup extends CheckResult {
  readonly hosts: readonly HostReport[];
}

export interface CheckResult {
  readonly deployments: readonly Realization[];
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** Compares all stacks of a project with each other and with their hosts. */
export async function checkProject(
  project: Project,
  { stack, offline = false, starting = false, running, files, siblings = readSiblings(project) }: CheckProjectOptions,
): Promise<Checkup> {
  const about = siblings.deployments.find((deployment) => deployment.stack === stack);
  const own = stack === undefined ? [] : siblings.findings.filter(({ wanted }) => wanted?.stack === stack);
  if (stack !== undefined && about === undefined) {
    const others = ofOthers(siblings.unknown.filter(({ wanted }) => wanted?.stack !== stack));
    return {
      deployments: siblings.deployments,
      findings: [...own, ...others].sort(inOrder),
      notLookedAt: [],
      hosts: [],
    };
  }
  const platform = starting && !offline ? silenceOf : undefined;
  const wish = { about, live: !offline, siblings, running, platform, files };
  const { deployments, near, inventory, hosts } = await inventoryFor(project, wish);
  const ownership = ownershipOf(project.root, near, inventory.claims);
  const path = pathFindings(project.root, () => backendUrl(project.root));
  const all = { ...inventory, findings: [...own, ...inventory.findings] };
  const findings = [...path, ...check(all, { about: about?.id, ...ownership })].sort(inOrder);
  return { deployments, findings, notLookedAt: inventory.notLookedAt, hosts };
}

type BeforeOptions = Pick<CheckProjectOptions, "running" | "siblings" | "files">;

/**
 * Checks what a stack meets that is about to be started, stopped or brought up.
 * @param options `running`: by stack, where something else is to be supposed than the stack files say
 */
export function checkBefore(project: Project, stack: string, options: BeforeOptions = {}): Promise<Checkup> {
  const config = readStackFile(project.root, stack, project.defaults);
  const offline = config.ok && config.value.inventory === "files";
  return checkProject(project, { stack, offline, starting: true, ...options });
}

/** What stands in the way of a start, a stop or an `up`; undefined where nothing does. */
export async function conflictsBefore(
  project: Project,
  stack: string,
  options: BeforeOptions = {},
): Promise<CheckResult | undefined> {
  const report = await checkBefore(project, stack, options);
  return errorsOf(report.findings).length === 0 ? undefined : report;
}

/** The provider would ask the platform's PostgreSQL for every single resource before the program can report anything. */
const silenceOf = ({ database, running }: Realization): Promise<PlatformReport | undefined> | undefined =>
  database === undefined || !running || !database.platform.running
    ? undefined
    : serverSilence(database.platform.server);
