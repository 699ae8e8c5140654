import type { Blueprint } from "../blueprint/blueprint.ts";
import { instruction, setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { quoted } from "../notation/quoted.ts";
import { connectionServer, poolClients } from "./connections.ts";
import { administratorPassword } from "../deployment/platform-roles.ts";
import type { Deployment, Platform, PublishedPort } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { hostName, imagePattern, networkName } from "../notation/names.ts";
import { socketAddress } from "../deployment/url.ts";

type Offering = Pick<Deployment, "id" | "stack" | "prefix" | "running" | "endpoint" | "services" | "networks">;

/** What a deployment offers to others, as its blueprint says under `x-berth.platform`. */
export function platformOf(
  blueprint: Blueprint,
  { services, networks, endpoint, prefix, ...deployment }: Offering,
  filler: Filler,
): Platform | undefined {
  const wish = blueprint.extension.platform;
  const server = services.find(({ key }) => key === wish?.server);
  const pool = services.find(({ key }) => key === wish?.pool);
  const network = networks.find(({ key }) => key === wish?.network);
  if (wish === undefined || server === undefined || pool === undefined || network === undefined) return undefined;
  const at = (...path: string[]): string[] => ["x-berth", "platform", ...path];
  const containers = { server: hostName(prefix, server.key), pool: hostName(prefix, pool.key) };
  const [published] = server.ports;
  if (published === undefined) {
    const remedy = instruction(`publish one: ports: ["127.0.0.1:15432:5432"]`);
    filler.wrong(at("server"), `${server.key} publishes no port, and databases are made over it`, undefined, remedy);
    return undefined;
  }
  for (const { key, ports } of [server, pool])
    for (const port of ports) if (!isLoopback(port.address)) filler.findings.push(exposed(key, port, deployment.stack));
  const size = filler.text(wish.poolSize, at("poolSize"));
  if (!/^[1-9]\d{0,3}$/.test(size)) filler.wrong(at("poolSize"), `found ${quoted(size)}`, "a number of sessions");
  const share = filler.text(wish.tenantClients, at("tenantClients"));
  if (!/^[1-9]\d{0,4}$/.test(share))
    filler.wrong(at("tenantClients"), `found ${quoted(share)}`, "a number of clients, for example 60");
  return {
    ...deployment,
    endpoint,
    containers,
    network: network.name,
    server: socketAddress(published, endpoint),
    direct: { host: networkName(containers.server), port: published.containerPort },
    pooled: { host: networkName(containers.pool), port: pool.ports[0]?.containerPort ?? 6432 },
    secrets: { admin: wish.admin, lookup: wish.lookup, administration: administratorPassword },
    poolSize: Number(size),
    connections: connectionServer(server, containers.server, blueprint, { stack: deployment.stack, filler }),
    clients: poolClients(containers.pool, wish.clients, { stack: deployment.stack, filler }),
    tenantClients: Number(share),
    relayImage: relayImage(wish.relay, filler),
  };
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

/** Containers reach every address of the host but loopback: a tenant would go past its relay, and others with it. */
function exposed(service: string, { address, hostPort, configPath, configKey, source }: PublishedPort, stack: string) {
  const [, , last] = configPath;
  const remedy =
    last === "port"
      ? setKey([...configPath.slice(0, -1), "address"], "127.0.0.1", stack)
      : instruction(`publish ${configKey} on loopback in ${source.file}: { port: ${hostPort}, address: 127.0.0.1 }`);
  const finding: Finding = {
    code: "platform-exposed",
    severity: "warning",
    kind: "platform",
    key: `${address}:${hostPort}`,
    message: `published on ${address}: containers of every deployment reach ${service} there, past their limits`,
    allowed: "127.0.0.1; with an endpoint on another machine an address that a firewall protects",
    wanted: { stack, service, ...source },
    remedy,
  };
  return finding;
}

function relayImage(written: string, filler: Filler): string {
  const path = ["x-berth", "platform", "relay"];
  const image = filler.text(written, path);
  if (!imagePattern.test(image)) filler.wrong(path, `found ${quoted(image)}`, "an image name in lower case");
  return image;
}
