import { secretOf } from "../deployment/value.ts";
import type * as pulumi from "@pulumi/pulumi";
import type { Database, Platform } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { relayed } from "../deployment/relay-routes.ts";
import { administrator } from "../deployment/platform-roles.ts";
import { urlOf } from "../deployment/url.ts";
import type { Secrets } from "./values.ts";

/** The outputs of a stack: `pulumi stack output`. Null is what it does not have; of undefined the engine warns. */
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
  /** Of a platform: what its tenants need to reach PostgreSQL and the pool, password included. */
  readonly platform: pulumi.Output<PlatformOutputs> | null;
  /** Of a deployment with a database on a platform. */
  readonly database: DatabaseOutputs | null;
}

export interface PlatformOutputs extends Pick<Platform, "server" | "direct" | "pooled" | "network"> {
  /** Sessions that PostgreSQL takes, without those kept for superusers. */
  readonly connections: number;
  /** The role that creates databases and their owners; it is not a superuser. */
  readonly admin: { readonly user: string; readonly password: string };
}

/** A database's name and owner, and the addresses by which its services reach it. */
type DatabaseOutputs = Pick<Database, "name" | "role" | "connectionLimit"> & Pick<Platform, "direct" | "pooled">;

export function outputsOf(deployment: Realization, secrets: Secrets): Outputs {
  const { platform, database } = deployment;
  const names = (things: readonly { readonly key: string; readonly name: string }[]): Record<string, string> =>
    Object.fromEntries(things.map(({ key, name }) => [key, name]));
  return {
    url: urlOf(deployment) ?? null,
    healthUrl: urlOf(deployment, deployment.entrance?.healthPath) ?? null,
    ports: Object.fromEntries(
      deployment.services.flatMap(({ key, ports }) => (ports[0] === undefined ? [] : [[key, ports[0].hostPort]])),
    ),
    containers: names(deployment.containers),
    volumes: names(deployment.volumes),
    networks: names(deployment.networks),
    staticDirectory: deployment.staticDirectory?.path ?? null,
    serverNames: deployment.serverNames,
    platform: platform === undefined ? null : platformOutputs(platform, secrets),
    database:
      database === undefined
        ? null
        : {
            name: database.name,
            role: database.role,
            connectionLimit: database.connectionLimit,
            ...relayed(database.platform),
          },
  };
}

function platformOutputs(platform: Platform, secrets: Secrets): pulumi.Output<PlatformOutputs> {
  const { server, direct, pooled, network, connections, secrets: names } = platform;
  return secretOf(secrets, names.administration).apply((password) => ({
    server,
    direct,
    pooled,
    network,
    connections: connections.available,
    admin: { user: administrator, password },
  }));
}
