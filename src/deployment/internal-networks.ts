import type { Attachment, Network, Workload } from "./deployment.ts";

/** Whether all networks of a service are internal: nothing outside reaches it then, whatever it publishes. */
export const isInside = (attachments: readonly Attachment[], networks: readonly Network[]): boolean =>
  attachments.length > 0 &&
  attachments.every(({ network }) => networks.find(({ name }) => name === network)?.internal === true);

/** Whether Docker publishes ports of a container: with the host's network, none or another container's, it does not. */
export const publishes = ({ networkMode }: Pick<Workload, "networkMode">): boolean =>
  networkMode === undefined || networkMode.kind === "bridge" || networkMode.kind === "network";
