import type { NetworkMode } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { type Difference, listText, unequal } from "./difference.ts";
import type { InspectedAttachment, InspectedContainer, InspectedNetwork, Live } from "../host/inspected.ts";
import { nameOf } from "../notation/docker-names.ts";
import { ownValue } from "../notation/own-value.ts";

/** The networks that a container is attached to, with its aliases and fixed addresses there. */
export function attachmentDifferences(
  service: Container,
  { Id: id, Config: config, NetworkSettings: settings, HostConfig: host }: InspectedContainer,
  { containers, networks }: Pick<Live, "containers" | "networks">,
  deployment: Pick<Realization, "containers">,
): Difference[] {
  const found = settings.Networks ?? {};
  const wanted = service.attachments;
  const { networkMode: mode } = service;
  const expected = new Set([...wanted.map(({ network }) => network), ...unnamed(service)]);
  const foreign = Object.keys(found).filter((name) => !expected.has(name));
  const own = new Set([id.slice(0, 12), config.Hostname, service.name]);
  const addresses = (version: 4 | 6, live: InspectedAttachment): string =>
    live.IPAMConfig?.[`IPv${version}Address`] || "none";
  return [
    ...(mode === undefined ? [] : modeDifferences(mode, host.NetworkMode ?? "", containers, deployment)),
    ...wanted.flatMap(({ network, aliases, address, address6, linkLocal }) => {
      const live = ownValue(found, network);
      if (live === undefined) return [replaced(`is not attached to the network ${network}`)];
      const there = new Set(live.Aliases ?? []);
      const others = [...there].filter((alias) => !aliases.includes(alias) && !own.has(alias));
      const at = `on the network ${network}`;
      return [
        ...staleness(network, live, networks),
        ...[...new Set(aliases)]
          .filter((alias) => !there.has(alias))
          .map((alias) => replaced(`has lost its alias ${alias} ${at}`)),
        ...others.map((alias) => replaced(`has the alias ${alias} ${at}`)),
        ...unequal(`fixed address ${at}`, addresses(4, live), address ?? "none"),
        ...unequal(`fixed IPv6 address ${at}`, addresses(6, live), address6 ?? "none"),
        ...unequal(`link-local address ${at}`, listText(live.IPAMConfig?.LinkLocalIPs), listText(linkLocal)),
      ];
    }),
    ...foreign.sort().map((network) => replaced(`is attached to the foreign network ${network}`)),
  ];
}

const replaced = (what: string): Difference => ({ what, cure: "replacement" });

/** The networks of a container that is attached to none of its deployment's: Docker's own one, where nothing else is said. */
function unnamed({ attachments, networkMode: mode }: Container): string[] {
  if (mode === undefined) return attachments.length === 0 ? ["bridge"] : [];
  if (mode.kind === "network") return [mode.network];
  return mode.kind === "service" ? [] : [mode.kind];
}

/** Docker keeps the network of another container by that one's id. */
function modeDifferences(
  mode: NetworkMode,
  found: string,
  live: readonly InspectedContainer[],
  deployment: Pick<Realization, "containers">,
): Difference[] {
  if (mode.kind !== "service") {
    const wanted = mode.kind === "network" ? mode.network : mode.kind;
    return unequal("network mode", found === "default" ? "bridge" : found, wanted);
  }
  const name = deployment.containers.find(({ key }) => key === mode.service)?.name ?? mode.service;
  const other = live.find(({ Name }) => nameOf(Name) === name);
  if (other === undefined || [other.Id, name].includes(found.replace(/^container:/, ""))) return [];
  return [replaced(`does not have the network of ${name}`)];
}

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
