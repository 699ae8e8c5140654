import type { Container } from "../deployment/realization.ts";
import { type Difference, unequal } from "./difference.ts";
import type { InspectedAttachment, InspectedContainer, InspectedNetwork } from "../host/inspected.ts";
import { ownValue } from "../notation/own-value.ts";

/** The networks that a container is attached to, with its aliases and fixed addresses there. */
export function attachmentDifferences(
  service: Container,
  { Id: id, Config: config, NetworkSettings: settings }: InspectedContainer,
  networks: readonly InspectedNetwork[],
): Difference[] {
  const found = settings.Networks ?? {};
  const wanted = service.attachments;
  // Docker attaches a container to its own network where nothing else is said.
  const expected = new Set(wanted.length === 0 ? ["bridge"] : wanted.map(({ network }) => network));
  const foreign = Object.keys(found).filter((name) => !expected.has(name));
  const own = new Set([id.slice(0, 12), config.Hostname, service.name]);
  return [
    ...wanted.flatMap(({ network, aliases, address }) => {
      const live = ownValue(found, network);
      if (live === undefined) return [replaced(`is not attached to the network ${network}`)];
      const there = new Set(live.Aliases ?? []);
      const others = [...there].filter((alias) => !aliases.includes(alias) && !own.has(alias));
      return [
        ...staleness(network, live, networks),
        ...[...new Set(aliases)]
          .filter((alias) => !there.has(alias))
          .map((alias) => replaced(`has lost its alias ${alias} on the network ${network}`)),
        ...others.map((alias) => replaced(`has the alias ${alias} on the network ${network}`)),
        ...unequal(`fixed address on the network ${network}`, addressOf(live), address ?? "none"),
      ];
    }),
    ...foreign.sort().map((network) => replaced(`is attached to the foreign network ${network}`)),
  ];
}

const replaced = (what: string): Difference => ({ what, cure: "replacement" });

const addressOf = ({ IPAMConfig: config }: InspectedAttachment): string => config?.IPv4Address || "none";

/**
 * A network can be recreated while only stopped containers are attached to it; they keep the id of the one that is
 * gone.
 */
function staleness(
  name: string,
  { NetworkID: id }: InspectedAttachment,
  networks: readonly InspectedNetwork[],
): Difference[] {
  const today = networks.filter((network) => network.Name === name);
  if (!id || today.length === 0 || today.some((network) => network.Id === id)) return [];
  return [replaced(`is attached to a network ${name} that is gone; another one has its name now`)];
}
