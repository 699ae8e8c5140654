import { endpointAt } from "../../endpoint-at.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { HostSnapshot } from "../../../src/host/snapshot.ts";
import { observeHost } from "../../../src/host/observe-host.ts";

/** The snapshot of a host that answers, with the images of deployments. */
export async function hostAt(endpoint: string, about: readonly Realization[]): Promise<HostSnapshot> {
  const host = await observeHost(endpointAt(endpoint), { about });
  if (host.kind === "unreachable") throw new Error(host.reason);
  return host;
}
