import type { Attachment, Network } from "./deployment.ts";

/** Whether all networks of a service are internal: nothing outside reaches it then, whatever it publishes. */
export const isInside = (attachments: readonly Attachment[], networks: readonly Network[]): boolean =>
  attachments.length > 0 &&
  attachments.every(({ network }) => networks.find(({ name }) => name === network)?.internal === true);
