import { check, inOrder } from "../conflicts/check.ts";
import type { Claim } from "../claims/claim.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import { errorsOf, type Finding } from "../findings/finding.ts";
import { readStackFile } from "../config/stack-file.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { platformFindings, stoppedPlatform } from "../inventory/databases.ts";
import { serverSilence } from "../inventory/observe-databases.ts";
import type { HostReport } from "../host/host.ts";
import { observe } from "../inventory/observe.ts";
import { backendUrl } from "../config/backend.ts";
import { ownershipOf } from "../engine/states.ts";
import { ofOthers, type Project, readSiblings } from "../project/project.ts";
import { pathFindings } from "../engine/project-path.ts";
import { ownValue } from "../notation/own-value.ts";

export interface CheckProjectOptions {
  /** Only what concerns this stack. */
  readonly stack?: string;
  /** Look at files only, ask no host. */
  readonly offline?: boolean;
  /** The stack is about to come up, and so needs its platform. */
  readonly starting?: boolean;
  /** By stack, whether it is supposed to run, where that is not what its file says. */
  readonly running?: Readonly<Record<string, boolean>>;
}

export interface CheckResult {
  readonly deployments: readonly Deployment[];
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
  readonly hosts: readonly HostReport[];
}

/** Holds all stacks of a project against each other and against their hosts. */
export async function checkProject(
  project: Project,
  { stack, offline = false, starting = false, running = {} }: CheckProjectOptions,
): Promise<CheckResult> {
  const { deployments: read, findings, unknown } = readSiblings(project);
  const deployments = read.map((each) => supposing(each, running));
  const about = stack === undefined ? undefined : deployments.find((deployment) => deployment.stack === stack);
  const near =
    about === undefined ? deployments : deployments.filter(({ endpoint }) => endpoint.url === about.endpoint.url);
  const concerning =
    stack === undefined
      ? findings
      : [
          ...findings.filter((finding) => finding.wanted?.stack === stack),
          ...ofOthers(unknown.filter((finding) => finding.wanted?.stack !== stack)),
        ];
  if (stack !== undefined && about === undefined)
    return { deployments, findings: [...concerning].sort(inOrder), notLookedAt: [], hosts: [] };
  const { inventory, hosts } = await observe(near, !offline, concerning, about === undefined ? near : [about]);
  const stopped = near.filter((each) => ownValue(running, each.stack) === false).map(({ id }) => id);
  const supposed = { ...inventory, claims: inventory.claims.filter((claim) => !isGivenUp(claim, stopped)) };
  const ownership = ownershipOf(project.root, near, inventory.claims);
  const stopping = (about === undefined ? near : [about]).flatMap(stoppedPlatform);
  const missing = starting && !offline && stopping.length === 0 ? await platformOf(about) : stopping;
  const path = pathFindings(project.root, () => backendUrl(project.root));
  const found = [...path, ...missing, ...check(supposed, { about: about?.id, ...ownership })].sort(inOrder);
  return { deployments, findings: found, notLookedAt: inventory.notLookedAt, hosts };
}

/**
 * What stands in the way of a start, a stop or an `up`; undefined where nothing does.
 * @param running by stack, where something else is to be supposed than the stack files say
 */
export async function conflictsBefore(
  project: Project,
  stack: string,
  running: Readonly<Record<string, boolean>> = {},
): Promise<CheckResult | undefined> {
  const config = readStackFile(project.root, stack, project.defaults);
  const offline = config.ok && config.value.inventory === "files";
  const report = await checkProject(project, { stack, offline, starting: true, running });
  return errorsOf(report.findings).length === 0 ? undefined : report;
}

/** A deployment as if it, and the platform with its database, did or did not run. */
function supposing(deployment: Deployment, running: NonNullable<CheckProjectOptions["running"]>): Deployment {
  const { stack, database } = deployment;
  const platform = database && {
    ...database.platform,
    running: ownValue(running, database.platform.stack) ?? database.platform.running,
  };
  return {
    ...deployment,
    running: ownValue(running, stack) ?? deployment.running,
    ...(database !== undefined && platform !== undefined && { database: { ...database, platform } }),
  };
}

/** What the live containers of a deployment no longer hold once it is stopped. */
const isGivenUp = ({ kind, owner }: Claim, stopped: readonly string[]): boolean =>
  owner.kind === "container" && stopped.includes(owner.id ?? "") && ["hostPort", "cpu", "memory"].includes(kind);

/** The provider would ask the platform's PostgreSQL for every single resource before the program can say a word. */
const platformOf = async (about: Deployment | undefined): Promise<Finding[]> =>
  about?.database === undefined || !about.running
    ? []
    : platformFindings(about, await serverSilence(about.database.platform.server));
