import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { PortWish, StackConfig } from "../config/stack-config.ts";
import { setCommand } from "../conflicts/config-key.ts";
import { mistake } from "../conflicts/mistake.ts";
import { unknownName } from "./unknown-names.ts";
import type { PublishedPort } from "./deployment.ts";
import type { Filler } from "./fill.ts";
import { type ComposePort, composePort } from "./compose-port.ts";
import { autoPort } from "./slot.ts";
import { canonicalAddress } from "./subnet.ts";

type Services = Readonly<Record<string, ComposeService>>;

const highest = 65535;
const width = 100;

/** The host ports of every service: what the stack says, else what the blueprint says, else a slot of the service's range. */
export function publishedPorts(
  config: StackConfig,
  blueprint: Blueprint,
  services: Services,
  filler: Filler,
): Record<string, PublishedPort[]> {
  const placed = new Map<string, PublishedPort[]>();
  const used = new Set<string>();
  for (const key of Object.keys(services)) portsOf(key);
  rejectUnused(config, blueprint, services, placed, used, filler);
  return Object.fromEntries(Object.keys(services).map((key) => [key, placed.get(key) ?? []]));

  function portsOf(key: string): readonly PublishedPort[] {
    const known = placed.get(key);
    if (known !== undefined) return known;
    const written = (services[key]?.ports ?? []).flatMap(
      (port, index) => composePort(port, ["services", key, "ports", index], filler) ?? [],
    );
    const ports = written.map((port, index) => place(key, port, index, names(key, written, index)));
    rejectRepeated(key, ports, filler);
    placed.set(key, ports);
    return ports;
  }

  function place(
    key: string,
    written: ComposePort,
    index: number,
    configKeys: readonly [string, ...string[]],
  ): PublishedPort {
    const configKey = configKeys.find((name) => Object.hasOwn(config.ports, name));
    if (configKey !== undefined) used.add(configKey);
    const wish: PortWish | undefined = configKey === undefined ? undefined : config.ports[configKey];
    const followed = index === 0 ? following(key) : undefined;
    const range = (index === 0 ? rangeOf(key, followed) : undefined) ?? near(written);
    const number = wish?.port ?? followed ?? written.hostPort ?? "auto";
    const isObject = wish !== undefined && Object.keys(wish).length > 1;
    const path = ["ports", configKey ?? configKeys[0]];
    return {
      address: canonicalAddress(wish?.address ?? written.address) ?? written.address,
      protocol: wish?.protocol ?? written.protocol,
      hostPort: number === "auto" ? autoPort(config.stack, range) : number,
      containerPort: written.containerPort,
      range,
      configKey: configKeys[0],
      configPath: isObject ? [...path, "port"] : path,
      led: index === 0 ? distances(key) : [],
      source:
        configKey === undefined
          ? blueprint.source(["services", key, "ports", index])
          : config.source("ports", configKey),
    };
  }

  function distances(leader: string): number[] {
    return Object.keys(services).flatMap((key) => {
      const [, followed, distance] = /^(.+)\+(\d+)$/.exec(blueprint.extension.ports[key] ?? "") ?? [];
      return followed === leader && config.ports[key] === undefined ? [Number(distance)] : [];
    });
  }

  /** The number that a port has because it follows another service's (`app+1`). */
  function following(key: string): number | undefined {
    const [, leader = "", distance] = /^(.+)\+(\d+)$/.exec(blueprint.extension.ports[key] ?? "") ?? [];
    const led = leader in services ? portsOf(leader)[0] : undefined;
    if (led === undefined) return undefined;
    const number = led.hostPort + Number(distance);
    if (number <= highest) return number;
    if (config.ports[key] === undefined)
      filler.findings.push(
        mistake(
          led.source,
          `${key} follows ${leader} and would have the port ${number}`,
          `at most ${highest}`,
          setCommand(["ports", key], "auto", config.stack),
        ),
      );
    return undefined;
  }

  /** Where `auto` looks for a service's first port, where the blueprint says it. */
  function rangeOf(key: string, followed: number | undefined): readonly [number, number] | undefined {
    if (followed !== undefined) return [followed, Math.min(followed + width - 1, highest)];
    const span = /^(\d+)-(\d+)$/.exec(blueprint.extension.ports[key] ?? "");
    return span === null ? undefined : [Number(span[1]), Number(span[2])];
  }
}

/** Around the number in the blueprint, and above 8000 where that is privileged: 8080 for 80, 8443 for 443. */
function near({ hostPort, containerPort }: ComposePort): readonly [number, number] {
  const wish = hostPort ?? containerPort;
  const first = wish < 1024 ? 8000 + wish : wish;
  return [first, Math.min(first + width - 1, highest)];
}

/** The keys under `berth:ports` for a service's port: `app`, `app/8443`, `dns/53/udp` where 53/tcp is published, too. */
function names(key: string, ports: readonly ComposePort[], index: number): readonly [string, ...string[]] {
  const { containerPort, protocol } = ports[index] as ComposePort;
  const isSecond = ports.slice(0, index).some((port) => port.containerPort === containerPort);
  const long = `${key}/${containerPort}${isSecond ? `/${protocol}` : ""}`;
  return index === 0 ? [key, long] : [long];
}

/** One container port published twice would make the provider rebuild the container on every run (facts of the provider). */
function rejectRepeated(key: string, ports: readonly PublishedPort[], filler: Filler): void {
  const seen = new Set<string>();
  for (const { containerPort, protocol, source } of ports) {
    const name = `${containerPort}/${protocol}`;
    if (seen.has(name))
      filler.findings.push(
        mistake(
          source,
          `the container port ${name} of ${key} is published twice`,
          "one host port for each container port",
        ),
      );
    seen.add(name);
  }
}

/** A service of the blueprint that this environment leaves out may keep its port in the stack file. */
function rejectUnused(
  config: StackConfig,
  blueprint: Blueprint,
  services: Services,
  placed: ReadonlyMap<string, readonly PublishedPort[]>,
  used: ReadonlySet<string>,
  filler: Filler,
): void {
  const known = [...placed.values()].flatMap((ports) => ports.map(({ configKey }) => configKey));
  for (const name of Object.keys(config.ports)) {
    const key = name.split("/")[0] ?? name;
    if (used.has(name) || (key in blueprint.services && !(key in services))) continue;
    filler.findings.push(unknownName(config, ["ports", name], `${blueprint.file} publishes no port of ${name}`, known));
  }
}
