import type { Realization } from "../deployment/realization.ts";
import { withDocker } from "../docker/api.ts";
import { explain, failureOf } from "../docker/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { hostUnreachable } from "../inventory/observe.ts";

/**
 * The finding that a deployment's host does not answer, where that is so: what the engine complained about comes from there,
 * and each provider has its own words for it.
 */
export async function hostTrouble({ endpoint }: Pick<Realization, "endpoint">): Promise<Finding[]> {
  try {
    await withDocker(endpoint.url, (docker) => docker.get("/info"));
    return [];
  } catch (error) {
    return [hostUnreachable({ endpoint, ...explain(endpoint.url, failureOf(error)) })];
  }
}
