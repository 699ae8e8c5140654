import type { Blueprint } from "../blueprint/blueprint.ts";
import { setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { covers } from "../notation/address.ts";
import type { Deployment, Network, Service, Volume } from "../deployment/deployment.ts";
import { hostName } from "../notation/names.ts";
import { isInside, publishes } from "../deployment/internal-networks.ts";
import { replicaKeys } from "../realize/realize.ts";
import { targetFindings } from "./targets.ts";

/** What stands in its own way within one deployment: `a-b` and `a_b` would be one container, one port can be published once. */
export function ownClashes(
  { stack, prefix, services, networks }: Pick<Deployment, "stack" | "prefix" | "services" | "networks">,
  blueprint: Blueprint,
): Finding[] {
  return [
    ...sameContainers(services, prefix, blueprint),
    ...samePorts(services, stack),
    ...targetFindings(services, blueprint),
    ...hiddenPorts(services, networks),
  ];
}

function sameContainers(services: readonly Service[], prefix: string, blueprint: Blueprint): Finding[] {
  const containers = services.flatMap(replicaKeys).map((key) => ({ key, name: hostName(prefix, key) }));
  return containers.flatMap(({ key, name }, index) => {
    const first = containers.findIndex((before) => before.name === name);
    const other = first < index ? containers[first] : undefined;
    if (other === undefined) return [];
    const message = `${other.key} and ${key} would both be the container ${name}`;
    return [mistake(blueprint.source(["services", key]), message, "keys that differ in more than - . and _")];
  });
}

/** Two keys may come out the same, or be given one name: then two services would write into one volume unawares. */
export const sameVolumes = (volumes: readonly Volume[]): Finding[] =>
  volumes.flatMap(({ key, name, source }, index) => {
    const other = volumes.slice(0, index).find((before) => before.name === name);
    if (other === undefined) return [];
    const written = other.chosen ? other.source : source;
    return [mistake(written, `${other.key} and ${key} would both be the volume ${name}`, "a name for each")];
  });

function samePorts(services: readonly Service[], stack: string): Finding[] {
  const ports = services
    .filter(publishes)
    .flatMap(({ key, ports: published }) => published.map((port) => ({ key, port })));
  if (ports.length < 2) return [];
  const before = new Map<string, typeof ports>();
  return ports.flatMap(({ key, port }) => {
    const same = before.get(`${port.hostPort}/${port.protocol}`) ?? [];
    const other = same.find(({ port: { address } }) => covers(address, port.address));
    before.set(`${port.hostPort}/${port.protocol}`, [...same, { key, port }]);
    if (other === undefined) return [];
    const message = `${other.key} and ${key} both want the host port ${port.hostPort}/${port.protocol}`;
    return [mistake(port.source, message, "a port for each", setKey(port.configPath, "auto", stack))];
  });
}

/** Docker creates such a container and publishes nothing. */
const hiddenPorts = (services: readonly Service[], networks: readonly Network[]): Finding[] =>
  services.flatMap((service) => {
    const why = whyHidden(service, networks);
    if (why === undefined) return [];
    return service.ports.map(({ hostPort, source }): Finding => {
      const message = `Docker does not publish the port ${hostPort}: ${why.reason}`;
      return { ...mistake(source, message, why.allowed), severity: "warning" };
    });
  });

function whyHidden({ key, attachments, networkMode }: Service, networks: readonly Network[]) {
  if (networkMode?.kind === "host")
    return { reason: `${key} has the host's network, and listens on the host itself`, allowed: "no ports" };
  if (networkMode?.kind === "none") return { reason: `${key} has no network`, allowed: "a network" };
  if (!isInside(attachments, networks)) return undefined;
  return { reason: `all networks of ${key} are internal`, allowed: "a network that is not internal" };
}
