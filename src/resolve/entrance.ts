import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { Entrance, Service } from "../deployment/deployment.ts";
import { publishes } from "../deployment/internal-networks.ts";
import { relayKey } from "../notation/names.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * Ports on which databases, caches, brokers, mail, DNS and shells listen by default: none of them answers HTTP.
 * IANA's registry, and the documented defaults of what it does not list.
 */
const speaksNoHttp: ReadonlySet<number> = new Set([
  21, 22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 1883, 2049, 2181, 3306, 3389, 4222, 5432, 5433,
  5671, 5672, 6379, 6380, 6432, 8883, 9042, 9092, 11211, 26257, 27017, 33060, 50000,
]);

/** The service that people reach: as the blueprint says, else the first that publishes HTTP, any port, or nothing. */
export function appOf({ extension }: Blueprint, services: Readonly<Record<string, ComposeService>>): string {
  const keys = Object.keys(services).filter((key) => key !== relayKey);
  const publishing = keys.filter((key) => (ownValue(services, key)?.ports ?? []).length > 0);
  const web = publishing.find((key) => ownValue(services, key)?.ports?.some(mayBeHttp));
  return extension.app ?? web ?? publishing[0] ?? keys[0] ?? "";
}

/**
 * Where people reach a deployment, and the page that answers 200; undefined where nothing is published that speaks HTTP.
 */
export function entranceOf(
  app: string,
  services: readonly Service[],
  { extension: { health } }: Blueprint,
): Entrance | undefined {
  const published = services.find((service) => service.key === app && publishes(service))?.ports ?? [];
  // A blueprint that names a page knows that its port answers there.
  const port = published.find((each) => !isOther(each.containerPort, each.protocol)) ?? (health && published[0]);
  if (health === false || !port) return undefined;
  const { hostPort, address } = port;
  const guessed = health === undefined;
  return { service: app, port: hostPort, address, healthPath: health ?? "/", ...(guessed && { guessed }) };
}

type Written = NonNullable<ComposeService["ports"]>[number];

/** A port that is still to be filled in may be anything. */
function mayBeHttp(port: Written): boolean {
  const text = typeof port === "string" ? port : `${port.target}/${port.protocol ?? "tcp"}`;
  const [, container = "", protocol = "tcp"] = /(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  return !isOther(Number(container), protocol);
}

const isOther = (containerPort: number, protocol: string): boolean =>
  protocol.toLowerCase() !== "tcp" || speaksNoHttp.has(containerPort);
