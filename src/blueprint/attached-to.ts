import type { ComposeService } from "./blueprint.ts";

/** The networks of a service: without a word of them, or with an empty list, `default`; none beside a network mode. */
export function attachedTo({
  networks = {},
  network_mode: mode = "",
}: Pick<ComposeService, "networks" | "network_mode">): NonNullable<ComposeService["networks"]> {
  if (mode !== "") return {};
  return Object.keys(networks).length === 0 ? { default: null } : networks;
}
