import type { Deployment } from "../deployment/deployment.ts";
import { urlOf } from "../deployment/url.ts";

/** What a stack tells about itself: `pulumi stack output`. Null is what it does not have; of undefined the engine warns. */
export interface Outputs {
  readonly url: string | null;
  readonly healthUrl: string | null;
  /** Host port by service. */
  readonly ports: Readonly<Record<string, number>>;
  /** Name on the host by key; likewise below. */
  readonly containers: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly networks: Readonly<Record<string, string>>;
  readonly staticDirectory: string | null;
  readonly serverNames: readonly string[];
}

export function outputsOf(deployment: Deployment): Outputs {
  const names = (things: readonly { readonly key: string; readonly name: string }[]): Record<string, string> =>
    Object.fromEntries(things.map(({ key, name }) => [key, name]));
  return {
    url: urlOf(deployment) ?? null,
    healthUrl: urlOf(deployment, deployment.entrance?.healthPath) ?? null,
    ports: Object.fromEntries(
      deployment.services.flatMap(({ key, ports }) => (ports[0] === undefined ? [] : [[key, ports[0].hostPort]])),
    ),
    containers: names(deployment.services),
    volumes: names(deployment.volumes),
    networks: names(deployment.networks),
    staticDirectory: deployment.staticDirectory?.path ?? null,
    serverNames: deployment.serverNames,
  };
}
