import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { PortWish, StackConfig } from "../config/stack-config.ts";
import { type Remedy, setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import { isCommon, unknownName } from "./unknown-names.ts";
import type { PublishedPort } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { type ComposePort, composePorts } from "./compose-port.ts";
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
    const written = (ownValue(this.services, key)?.ports ?? []).flatMap((port, entry) =>
      composePorts(port, ["services", key, "ports", entry], this.filler).map((one) => ({ ...one, entry })),
    );
    const firsts = new Map<number, PublishedPort>();
    const ports = withKeys(key, written).map((port, index) => {
      const placed = this.place(key, { ...port, index, first: firsts.get(port.entry) });
      if (port.offset === 0) firsts.set(port.entry, placed);
      return placed;
    });
    this.placed.set(key, ports);
    return ports;
  }

  private place(key: string, { entry, index, names, first, ...written }: Placed): PublishedPort {
    const { config, blueprint } = this;
    const configKey = names.find((name) => Object.hasOwn(config.ports, name));
    if (configKey !== undefined) this.used.add(configKey);
    const wish: PortWish | undefined = configKey === undefined ? undefined : ownValue(config.ports, configKey);
    const leader = index === 0 ? this.leaderOf(key, wish === undefined) : undefined;
    const range =
      leader?.range ??
      (index === 0 ? spanOf(ownValue(blueprint.extension.ports, key)) : undefined) ??
      written.choice ??
      near(written);
    const behind = first && first.hostPort + written.offset;
    const number = wish?.port ?? leader?.range[0] ?? behind ?? written.hostPort ?? "auto";
    const protocol = wish?.protocol ?? first?.protocol ?? written.protocol;
    const hostPort = number === "auto" ? this.automatic(range, protocol, first ? 1 : written.count) : number;
    this.taken.add(`${hostPort}/${protocol}`);
    const source =
      configKey === undefined
        ? (first?.source ?? blueprint.source(["services", key, "ports", entry]))
        : config.source("ports", configKey);
    if (hostPort > highest)
      this.filler.findings.push(
        mistake(source, `the range leads to the port ${hostPort}`, `at most ${highest}`, this.found(names[0])),
      );
    const isObject = wish !== undefined && Object.keys(wish).length > 1;
    const path = ["ports", configKey ?? names[0]];
    return {
      address: canonicalAddress(wish?.address ?? first?.address ?? written.address) ?? written.address,
      protocol,
      hostPort,
      containerPort: written.containerPort,
      range,
      configKey: names[0],
      configPath: isObject ? [...path, "port"] : path,
      follows: wish === undefined ? leader?.service : undefined,
      ...(first !== undefined && wish === undefined && { rangeOf: first.configKey }),
      source,
    };
  }

  private readonly found = (configKey: string): Remedy => setKey(["ports", configKey], "auto", this.config.stack);

  /** The port of the stack's slot in a range, or the next one that, with those behind it, no other port of the deployment has. */
  private automatic([first, last]: readonly [number, number], protocol: string, count: number): number {
    const slot = autoPort(this.config.stack, [first, last]);
    const width = last - first + 1;
    for (let step = 0; step < width; step += 1) {
      const port = first + ((slot - first + step) % width);
      if (port + count - 1 <= highest && this.areFree(port, count, protocol)) return port;
    }
    return Math.min(slot, highest - count + 1);
  }

  private areFree(first: number, count: number, protocol: string): boolean {
    for (let port = first; port < first + count; port += 1) if (this.taken.has(`${port}/${protocol}`)) return false;
    return true;
  }

  /** The service that another one's first port follows (`app+1`), and the ports from there on. */
  private leaderOf(key: string, isUnpinned: boolean): Leader | undefined {
    const [, service = "", distance] = /^(.+)\+(\d+)$/.exec(ownValue(this.blueprint.extension.ports, key) ?? "") ?? [];
    const led = Object.hasOwn(this.services, service) ? this.portsOf(service)[0] : undefined;
    if (led === undefined) return undefined;
    const first = led.hostPort + Number(distance);
    if (first <= highest) return { service, range: [first, Math.min(first + width - 1, highest)] };
    const message = `${key} follows ${service} and would have the port ${first}`;
    if (isUnpinned) this.filler.findings.push(mistake(led.source, message, `at most ${highest}`, this.found(key)));
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

/** A port of a Compose file with the keys by which the stack can move it. */
interface Keyed extends ComposePort {
  /** The entry of the Compose file that it is from. */
  readonly entry: number;
  /** Under `berth:ports`. */
  readonly names: readonly [string, ...string[]];
}

interface Placed extends Keyed {
  readonly index: number;
  /** The first port of its range, if that is another one. */
  readonly first: PublishedPort | undefined;
}

/**
 * The ports of a service, each once, with their keys under `berth:ports`: `app`, `app/8443`, `dns/53/udp` where 53/tcp is
 * published, too, and `app/80/tcp/2` for a port that is published at a second one of the host.
 */
function withKeys(key: string, written: readonly Omit<Keyed, "names">[]): Keyed[] {
  const seen = new Set<string>();
  const numbers = new Set<number>();
  const times = new Map<string, number>();
  return written
    .filter((port) => !seen.has(portName(port)) && seen.add(portName(port)))
    .map((port, index) => {
      const { containerPort, protocol } = port;
      const name = `${containerPort}/${protocol}`;
      const time = (times.get(name) ?? 0) + 1;
      times.set(name, time);
      const isPlain = time === 1 && !numbers.has(containerPort);
      numbers.add(containerPort);
      const long = `${key}/${isPlain ? containerPort : name}${time === 1 ? "" : `/${time}`}`;
      return { ...port, names: index === 0 ? [key, long] : [long] };
    });
}

const portName = ({ address, protocol, hostPort, choice, containerPort }: ComposePort): string =>
  `${address} ${hostPort ?? choice?.join("-")}:${containerPort}/${protocol}`;

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
