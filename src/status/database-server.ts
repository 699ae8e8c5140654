import { lookupRole } from "../deployment/platform-roles.ts";
import type { ConnectionServer, Platform, SocketAddress } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { socketAddress } from "../deployment/url.ts";
import { secretsIn } from "../deployment/value.ts";

/** A PostgreSQL server, and how its administrator reaches it. */
export interface DatabaseServer {
  /** Whose it is. */
  readonly deployment: Realization;
  readonly server: ConnectionServer;
  readonly admin?: {
    readonly address: SocketAddress;
    readonly user: string;
    /** The name of the secret that is the password. */
    readonly secret: string;
  };
  /** Why there is no such way. */
  readonly why?: string;
  /** The pool in front of it, and how the role that looks up passwords reaches its console. */
  readonly pool?: {
    readonly server: ConnectionServer;
    readonly address: SocketAddress;
    readonly user: string;
    readonly secret: string;
  };
}

/** The servers that some deployments offer, have for themselves, or use; each once. */
export function databaseServers(asked: readonly Realization[], all: readonly Realization[]): DatabaseServer[] {
  const servers = asked.flatMap((deployment) => {
    const { database, platform, connections } = deployment;
    const owner =
      database === undefined || platform !== undefined ? deployment : all.find(({ id }) => id === database.platform.id);
    const [first] = connections;
    return owner === undefined || first === undefined ? [] : [serverOf(owner, first.server)];
  });
  return [...new Map(servers.map((one) => [one.server.container, one])).values()];
}

function serverOf(deployment: Realization, server: ConnectionServer): DatabaseServer {
  const { platform, containers } = deployment;
  if (platform?.containers.server === server.container) {
    const admin = { address: platform.server, user: "postgres", secret: platform.secrets.admin };
    return { deployment, server, admin, ...poolOf(deployment, platform) };
  }
  const service = containers.find(({ name }) => name === server.container);
  const port = service?.ports.find(({ protocol }) => protocol === "tcp");
  if (service === undefined || port === undefined)
    return { deployment, server, why: "it publishes no port over which it could be asked" };
  const secret = passwordOf(service);
  const user = service.environment["POSTGRES_USER"] ?? "postgres";
  if (secret === undefined || typeof user !== "string")
    return { deployment, server, why: "its password is not a secret of the blueprint" };
  return { deployment, server, admin: { address: socketAddress(port, deployment.endpoint), user, secret } };
}

/** A pool that publishes no port cannot be asked. */
function poolOf({ containers, endpoint }: Realization, platform: Platform): Pick<DatabaseServer, "pool"> {
  const port = containers.find(({ name }) => name === platform.containers.pool)?.ports[0];
  if (port === undefined) return {};
  const address = socketAddress(port, endpoint);
  return { pool: { server: platform.clients, address, user: lookupRole, secret: platform.secrets.lookup } };
}

/** As the image of PostgreSQL takes it. */
function passwordOf({ environment, files }: Container): string | undefined {
  const { POSTGRES_PASSWORD: text = "", POSTGRES_PASSWORD_FILE: path } = environment;
  const value = path === undefined ? text : (files.find(({ target }) => target === path)?.content ?? "");
  const [secret, ...more] = secretsIn(value);
  return more.length === 0 ? secret : undefined;
}
