import { check, inOrder } from "../conflicts/check.ts";
import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { HostReport } from "../inventory/host.ts";
import { observe } from "../inventory/observe.ts";
import { type Project, readSiblings } from "../inventory/project.ts";

export interface CheckWish {
  /** Only what concerns this stack. */
  readonly stack?: string;
  /** Look at files only, ask no host. */
  readonly offline?: boolean;
}

export interface CheckResult {
  readonly deployments: readonly Deployment[];
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
  readonly hosts: readonly HostReport[];
}

/** Holds all stacks of a project against each other and against their hosts. */
export async function checkProject(project: Project, { stack, offline = false }: CheckWish): Promise<CheckResult> {
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
  return { deployments, findings: check(inventory, { about: about?.id }), notLookedAt: inventory.notLookedAt, hosts };
}
