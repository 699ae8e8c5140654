import type { Blueprint } from "../blueprint/blueprint.ts";
import { quoted } from "../conflicts/mistake.ts";
import { connectionServer } from "./connections.ts";
import type { Deployment, Platform } from "./deployment.ts";
import type { Filler } from "./fill.ts";
import { networkName } from "./names.ts";
import { socketAddress } from "./url.ts";

type Offering = Pick<Deployment, "id" | "stack" | "running" | "endpoint" | "services" | "networks">;

/** What a deployment offers to others, as its blueprint says under `x-berth.platform`. */
export function platformOf(
  blueprint: Blueprint,
  { services, networks, endpoint, ...deployment }: Offering,
  filler: Filler,
): Platform | undefined {
  const wish = blueprint.extension.platform;
  const server = services.find(({ key }) => key === wish?.server);
  const pool = services.find(({ key }) => key === wish?.pool);
  const network = networks.find(({ key }) => key === wish?.network);
  if (wish === undefined || server === undefined || pool === undefined || network === undefined) return undefined;
  const at = (...path: string[]): string[] => ["x-berth", "platform", ...path];
  const [published] = server.ports;
  if (published === undefined) {
    const remedy = `publish one: ports: ["127.0.0.1:15432:5432"]`;
    filler.wrong(at("server"), `${server.key} publishes no port, and databases are made over it`, undefined, remedy);
    return undefined;
  }
  const size = filler.text(wish.poolSize, at("poolSize"));
  if (!/^[1-9]\d{0,3}$/.test(size)) filler.wrong(at("poolSize"), `found ${quoted(size)}`, "a number of sessions");
  return {
    ...deployment,
    endpoint: endpoint.url,
    containers: { server: server.name, pool: pool.name },
    network: network.name,
    server: socketAddress(published, endpoint),
    direct: { host: networkName(server.name), port: published.containerPort },
    pooled: { host: networkName(pool.name), port: pool.ports[0]?.containerPort ?? 6432 },
    secrets: { admin: wish.admin, lookup: wish.lookup },
    poolSize: Number(size),
    connections: connectionServer(server, blueprint, deployment.stack, filler),
  };
}
