import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { PortWish, StackConfig } from "../config/stack-config.ts";
import { setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import { isCommon, unknownName } from "./unknown-names.ts";
import type { PublishedPort } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { type ComposePort, composePort } from "./compose-port.ts";
import { autoPort } from "../notation/stable-slot.ts";
import { canonicalAddress } from "../notation/subnet.ts";
import { ownValue } from "../notation/own-value.ts";

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
  const placement = new Placement(config, blueprint, services, filler);
  const ports = Object.fromEntries(Object.keys(services).map((key) => [key, placement.portsOf(key)]));
  rejectUnused(config, blueprint, services, ports, placement.used, filler);
  return ports;
}

/** Gives ports to services one by one, those that others follow before these. */
class Placement {
  /** The keys under `berth:ports` that were of use. */
  readonly used = new Set<string>();
  private readonly placed = new Map<string, PublishedPort[]>();
  /** `8443/tcp`: numbers that are written, and those given so far; an automatic port is none of them. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly config: StackConfig,
    private readonly blueprint: Blueprint,
    private readonly services: Services,
    private readonly filler: Filler,
  ) {
    for (const { port, protocol = "tcp" } of Object.values(config.ports))
      if (port !== "auto") this.taken.add(`${port}/${protocol}`);
  }

  portsOf(key: string): PublishedPort[] {
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const written = (ownValue(this.services, key)?.ports ?? []).flatMap(
      (port, index) => composePort(port, ["services", key, "ports", index], this.filler) ?? [],
    );
    const ports = written.map((port, index) => this.place(key, port, index, names(key, written, index)));
    rejectRepeated(key, ports, this.filler);
    this.placed.set(key, ports);
    return ports;
  }

  private place(key: string, written: ComposePort, index: number, keys: readonly [string, ...string[]]): PublishedPort {
    const { config, blueprint } = this;
    const configKey = keys.find((name) => Object.hasOwn(config.ports, name));
    if (configKey !== undefined) this.used.add(configKey);
    const wish: PortWish | undefined = configKey === undefined ? undefined : ownValue(config.ports, configKey);
    const leader = index === 0 ? this.leaderOf(key, wish === undefined) : undefined;
    const range =
      leader?.range ?? (index === 0 ? spanOf(ownValue(blueprint.extension.ports, key)) : undefined) ?? near(written);
    const number = wish?.port ?? leader?.range[0] ?? written.hostPort ?? "auto";
    const protocol = wish?.protocol ?? written.protocol;
    const hostPort = number === "auto" ? this.automatic(range, protocol) : number;
    this.taken.add(`${hostPort}/${protocol}`);
    const isObject = wish !== undefined && Object.keys(wish).length > 1;
    const path = ["ports", configKey ?? keys[0]];
    const inBlueprint = ["services", key, "ports", index];
    return {
      address: canonicalAddress(wish?.address ?? written.address) ?? written.address,
      protocol,
      hostPort,
      containerPort: written.containerPort,
      range,
      configKey: keys[0],
      configPath: isObject ? [...path, "port"] : path,
      follows: wish === undefined ? leader?.service : undefined,
      source: configKey === undefined ? blueprint.source(inBlueprint) : config.source("ports", configKey),
    };
  }

  /** The port of the stack's slot in a range, or the next one that no other port of the deployment has. */
  private automatic([first, last]: readonly [number, number], protocol: string): number {
    const slot = autoPort(this.config.stack, [first, last]);
    const width = last - first + 1;
    for (let step = 0; step < width; step += 1) {
      const port = first + ((slot - first + step) % width);
      if (!this.taken.has(`${port}/${protocol}`)) return port;
    }
    return slot;
  }

  /** The service that another one's first port follows (`app+1`), and the ports from there on. */
  private leaderOf(key: string, isUnpinned: boolean): Leader | undefined {
    const [, service = "", distance] = /^(.+)\+(\d+)$/.exec(ownValue(this.blueprint.extension.ports, key) ?? "") ?? [];
    const led = Object.hasOwn(this.services, service) ? this.portsOf(service)[0] : undefined;
    if (led === undefined) return undefined;
    const first = led.hostPort + Number(distance);
    if (first <= highest) return { service, range: [first, Math.min(first + width - 1, highest)] };
    const message = `${key} follows ${service} and would have the port ${first}`;
    const remedy = setKey(["ports", key], "auto", this.config.stack);
    if (isUnpinned) this.filler.findings.push(mistake(led.source, message, `at most ${highest}`, remedy));
    return undefined;
  }
}

interface Leader {
  readonly service: string;
  readonly range: readonly [number, number];
}

/** A range as the blueprint writes it: `8778-8977`. */
function spanOf(written = ""): readonly [number, number] | undefined {
  const span = /^(\d+)-(\d+)$/.exec(written);
  return span === null ? undefined : [Number(span[1]), Number(span[2])];
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
  if (ports.length < 2) return;
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
  placed: Readonly<Record<string, readonly PublishedPort[]>>,
  used: ReadonlySet<string>,
  filler: Filler,
): void {
  const known = Object.values(placed).flatMap((ports) => ports.map(({ configKey }) => configKey));
  for (const name of Object.keys(config.ports)) {
    const key = name.split("/")[0] ?? name;
    if (
      used.has(name) ||
      isCommon(config, "ports", name) ||
      (Object.hasOwn(blueprint.services, key) && !Object.hasOwn(services, key))
    )
      continue;
    filler.findings.push(unknownName(config, ["ports", name], `${blueprint.file} publishes no port of ${name}`, known));
  }
}
