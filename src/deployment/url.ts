import type { Deployment, Endpoint, PublishedPort, SocketAddress } from "./deployment.ts";

/** Where a deployment answers, from the endpoint's point of view: `http://<host>:<port><path>`; undefined if it publishes no port. */
export function urlOf({ entrance, endpoint }: Deployment, path = "/"): string | undefined {
  if (entrance === undefined) return undefined;
  return `http://${urlHost(entrance.address, endpoint)}:${entrance.port}${path}`;
}

/** The host by which a port on this address is reached, as it stands in a URL: an IPv6 address in brackets. */
export function urlHost(address: string, endpoint: Endpoint): string {
  const remote = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(endpoint.url)?.[1];
  const everywhere = address === "0.0.0.0" || address === "::";
  if (everywhere) return remote ?? "localhost";
  return address.includes(":") ? `[${address}]` : address;
}

/** Where a published port is reached by those who open a socket: an IPv6 address stands without brackets. */
export const socketAddress = ({ address, hostPort: port }: PublishedPort, endpoint: Endpoint): SocketAddress => ({
  host: urlHost(address, endpoint).replace(/^\[|\]$/g, ""),
  port,
});
