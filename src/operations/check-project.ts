import { check, inOrder } from "../conflicts/check.ts";
import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { platformFindings } from "../inventory/databases.ts";
import { observeServer } from "../inventory/observe-databases.ts";
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
  { stack, offline = false, starting = false }: CheckWish,
): Promise<CheckResult> {
  const { deployments, findings, unknown } = readSiblings(project);
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
  const missing = starting && !offline ? await platformOf(about) : [];
  const found = [...missing, ...check(inventory, { about: about?.id })].sort(inOrder);
  return { deployments, findings: found, notLookedAt: inventory.notLookedAt, hosts };
}

/** The provider would ask the platform's PostgreSQL for every single resource before the program can say a word. */
const platformOf = async (about: Deployment | undefined): Promise<Finding[]> =>
  about?.database === undefined ? [] : platformFindings(about, await observeServer(about.database.platform.server));
