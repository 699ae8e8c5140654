import type { Deployment } from "./deployment.ts";

/** Where a deployment answers, from the endpoint's point of view: `http://<host>:<port><path>`; undefined if it publishes no port. */
export function urlOf({ entrance, endpoint }: Deployment, path = "/"): string | undefined {
  if (entrance === undefined) return undefined;
  const remote = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(endpoint.url)?.[1];
  const everywhere = entrance.address === "0.0.0.0" || entrance.address === "::";
  const address = entrance.address.includes(":") ? `[${entrance.address}]` : entrance.address;
  const host = everywhere ? (remote ?? "localhost") : address;
  return `http://${host}:${entrance.port}${path}`;
}
