import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { PortWish, StackConfig } from "../config/stack-config.ts";
import { mistake } from "../conflicts/mistake.ts";
import type { PublishedPort } from "./deployment.ts";
import type { Filler } from "./fill.ts";
import { autoPort } from "./slot.ts";

/** One port as a blueprint publishes it, before the stack has its say. */
interface Default {
  readonly address: string;
  readonly protocol: "tcp" | "udp";
  readonly hostPort: number | undefined;
  readonly containerPort: number;
  readonly index: number;
}

const width = 100;
const allowed = '"8778:8000", "127.0.0.1:8778:8000", "8000", with /tcp or /udp behind';

/** The host ports of every service: what the stack says, else what the blueprint says, else a slot of the service's range. */
export function publishedPorts(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
  filler: Filler,
): Record<string, PublishedPort[]> {
  const result: Record<string, PublishedPort[]> = {};
  const used = new Set<string>();
  for (const [key, service] of Object.entries(services)) {
    const defaults = (service.ports ?? []).flatMap(
      (port, index) => defaultPort(port, ["services", key, "ports", index], index, filler) ?? [],
    );
    rejectRepeated(key, defaults, filler);
    result[key] = [];
    for (const published of defaults) result[key].push(place(key, published, defaults.length > 1, result));
  }
  rejectUnused();
  return result;

  function place(
    key: string,
    published: Default,
    several: boolean,
    placed: Record<string, PublishedPort[]>,
  ): PublishedPort {
    const long = `${key}/${published.containerPort}`;
    const configKey = several && published.index > 0 ? long : key;
    const written = [long, key].find(
      (name) => config.ports[name] !== undefined && (name === long || published.index === 0),
    );
    if (written !== undefined) used.add(written);
    const wish: PortWish | undefined = written === undefined ? undefined : config.ports[written];
    const range = rangeOf(key, published, placed);
    const follows = blueprint.extension.ports[key]?.includes("+") === true ? range[0] : undefined;
    const fixed = wish === undefined ? (follows ?? published.hostPort ?? "auto") : wish.port;
    const source =
      written === undefined
        ? blueprint.source(["services", key, "ports", published.index])
        : config.source(`berth:ports.${written}`);
    return {
      address: wish?.address ?? published.address,
      protocol: wish?.protocol ?? published.protocol,
      hostPort: fixed === "auto" ? autoPort(config.stack, range) : fixed,
      containerPort: published.containerPort,
      range,
      configKey,
      source,
    };
  }

  function rangeOf(
    key: string,
    published: Default,
    placed: Record<string, PublishedPort[]>,
  ): readonly [number, number] {
    const written = published.index === 0 ? blueprint.extension.ports[key] : undefined;
    const span = /^(\d+)-(\d+)$/.exec(written ?? "");
    if (span !== null) return [Number(span[1]), Number(span[2])];
    const after = /^(.+)\+(\d+)$/.exec(written ?? "");
    const leader = placed[after?.[1] ?? ""]?.[0];
    if (after !== null && leader !== undefined) {
      const first = leader.hostPort + Number(after[2]);
      return [first, Math.min(first + width - 1, 65535)];
    }
    const first = published.hostPort ?? Math.max(published.containerPort, 1024);
    return [first, Math.min(first + width - 1, 65535)];
  }

  /** A service of the blueprint that this environment leaves out may keep its port in the stack file. */
  function isAbsent(name: string): boolean {
    const key = name.split("/")[0] ?? name;
    return key in blueprint.services && !(key in services);
  }

  function rejectUnused(): void {
    for (const name of Object.keys(config.ports)) {
      if (used.has(name) || isAbsent(name)) continue;
      const known = Object.entries(result).flatMap(([key, ports]) => ports.map((port) => port.configKey));
      filler.findings.push(
        mistake(
          config.source(`berth:ports.${name}`),
          `${name} is no service that publishes a port`,
          known.join(", ") || "no service publishes one",
        ),
      );
    }
  }
}

/** Two host ports for one container port would make the provider rebuild the container on every run (facts of the provider). */
function rejectRepeated(key: string, defaults: readonly Default[], filler: Filler): void {
  const seen = new Set<string>();
  for (const port of defaults) {
    const name = `${port.containerPort}/${port.protocol}`;
    if (seen.has(name))
      filler.wrong(
        ["services", key, "ports", port.index],
        `the container port ${name} is published twice`,
        "one host port for each container port",
      );
    seen.add(name);
  }
}

type ComposePort = NonNullable<ComposeService["ports"]>[number];

function defaultPort(port: ComposePort, path: (string | number)[], index: number, filler: Filler): Default | undefined {
  const short =
    typeof port === "string"
      ? port
      : `${port.host_ip === undefined ? "" : `${port.host_ip}:`}${port.published ?? ""}:${port.target}${port.protocol === undefined ? "" : `/${port.protocol}`}`;
  return filler.parsed(short, path, (text) => parsePort(text, index), allowed);
}

function parsePort(text: string, index: number): Default | undefined {
  const match = /^(?:(\[[0-9a-f:]+\]|\d+\.\d+\.\d+\.\d+):)?(?:(\d*):)?(\d+)(?:\/(tcp|udp))?$/i.exec(text);
  if (match === null) return undefined;
  const [, address, host, container, protocol] = match;
  const valid = (port: string | undefined): boolean =>
    port === undefined || port === "" || (Number(port) >= 1 && Number(port) <= 65535);
  if (!valid(host) || !valid(container)) return undefined;
  return {
    address: address?.replace(/[[\]]/g, "") ?? "0.0.0.0",
    protocol: protocol === "udp" ? "udp" : "tcp",
    hostPort: host === undefined || host === "" ? undefined : Number(host),
    containerPort: Number(container),
    index,
  };
}
