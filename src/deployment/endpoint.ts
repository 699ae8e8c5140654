import type { Deployment, Endpoint } from "./deployment.ts";

/** The endpoint at the URL of a Docker daemon. @param name as a stack file has it: `local`, or the URL itself */
export const dockerEndpoint = (name: string, url: string): Endpoint => ({ id: url, kind: "docker", name, url });

/** The endpoints of deployments, each once, in the order of their URLs. */
export const endpointsOf = (deployments: readonly Pick<Deployment, "endpoint">[]): Endpoint[] =>
  [...new Map(deployments.map(({ endpoint }) => [endpoint.id, endpoint])).values()].sort((a, b) =>
    a.url < b.url ? -1 : a.url > b.url ? 1 : 0,
  );

/** Whether a Docker endpoint is a socket of this machine, so that paths here are paths there. */
export const isLocal = ({ url }: Pick<Endpoint, "url">): boolean => url.startsWith("unix://");
