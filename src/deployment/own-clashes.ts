import type { Blueprint } from "../blueprint/blueprint.ts";
import { setCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import { covers } from "./address.ts";
import type { PublishedPort, Service } from "./deployment.ts";

/** What stands in its own way within one deployment: `a-b` and `a_b` would be one container, one port can be published once. */
export function ownClashes(services: readonly Service[], blueprint: Blueprint, stack: string): Finding[] {
  return [...sameContainers(services, blueprint), ...samePorts(services, stack)];
}

function sameContainers(services: readonly Service[], blueprint: Blueprint): Finding[] {
  return services.flatMap(({ key, name }, index) => {
    const first = services.findIndex((before) => before.name === name);
    const other = first < index ? services[first] : undefined;
    if (other === undefined) return [];
    const message = `${other.key} and ${key} would both be the container ${name}`;
    return [mistake(blueprint.source(["services", key]), message, "keys that differ in more than - . and _")];
  });
}

function samePorts(services: readonly Service[], stack: string): Finding[] {
  const ports = services.flatMap(({ key, ports: published }) => published.map((port) => ({ key, port })));
  if (ports.length < 2) return [];
  return ports.flatMap(({ key, port }, index) => {
    const other = ports.slice(0, index).find((before) => clash(before.port, port));
    if (other === undefined) return [];
    const message = `${other.key} and ${key} both want the host port ${port.hostPort}/${port.protocol}`;
    return [mistake(port.source, message, "a port for each", setCommand(port.configPath, "auto", stack))];
  });
}

const clash = (a: PublishedPort, b: PublishedPort): boolean =>
  a.hostPort === b.hostPort && a.protocol === b.protocol && covers(a.address, b.address);
