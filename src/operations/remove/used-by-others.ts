import type { Finding } from "../../findings/finding.ts";
import type { Realization } from "../../deployment/realization.ts";
import { attachedToRemoved } from "../../host/attached.ts";
import { observeHost } from "../../host/observe-host.ts";
import type { Project } from "../../project/project.ts";
import { hostedDatabases } from "./hosted-databases.ts";

/**
 * What others still use of a deployment that is to be removed: databases on a platform, or else networks that their
 * containers are attached to.
 */
export async function usedByOthers(project: Project, deployment: Realization): Promise<Finding[]> {
  const databases = await hostedDatabases(project, deployment);
  if (databases.length > 0) return databases;
  const host = await observeHost(deployment.endpoint, { interest: new Set() });
  return host.kind === "seen" ? attachedToRemoved(host, deployment) : [];
}
