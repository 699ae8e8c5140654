import { check, inOrder } from "../conflicts/check.ts";
import type { Claim, NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { platformFindings } from "../inventory/databases.ts";
import { serverSilence } from "../inventory/observe-databases.ts";
import type { HostReport } from "../inventory/host.ts";
import { observe } from "../inventory/observe.ts";
import { type Project, readSiblings } from "../inventory/project.ts";

export interface CheckWish {
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
  { stack, offline = false, starting = false, running = {} }: CheckWish,
): Promise<CheckResult> {
  const { deployments: read, findings, unknown } = readSiblings(project);
  const deployments = read.map((each) => ({ ...each, running: running[each.stack] ?? each.running }));
  const about = stack === undefined ? undefined : deployments.find((deployment) => deployment.stack === stack);
  const near =
    about === undefined ? deployments : deployments.filter(({ endpoint }) => endpoint.url === about.endpoint.url);
  const concerning =
    stack === undefined
      ? findings
      : findings.filter((finding) => unknown.includes(finding) || finding.wanted?.stack === stack);
  if (stack !== undefined && about === undefined)
    return { deployments, findings: [...concerning].sort(inOrder), notLookedAt: [], hosts: [] };
  const { inventory, hosts } = await observe(near, !offline, concerning, about === undefined ? near : [about]);
  const stopped = near.filter((each) => running[each.stack] === false).map(({ id }) => id);
  const supposed = { ...inventory, claims: inventory.claims.filter((claim) => !isGivenUp(claim, stopped)) };
  const missing = starting && !offline ? await platformOf(about) : [];
  const found = [...missing, ...check(supposed, { about: about?.id })].sort(inOrder);
  return { deployments, findings: found, notLookedAt: inventory.notLookedAt, hosts };
}

/** What the live containers of a deployment no longer hold once it is stopped. */
const isGivenUp = ({ kind, owner }: Claim, stopped: readonly string[]): boolean =>
  owner.kind === "container" && stopped.includes(owner.id ?? "") && ["hostPort", "cpu", "memory"].includes(kind);

/** The provider would ask the platform's PostgreSQL for every single resource before the program can say a word. */
const platformOf = async (about: Deployment | undefined): Promise<Finding[]> =>
  about?.database === undefined ? [] : platformFindings(about, await serverSilence(about.database.platform.server));
