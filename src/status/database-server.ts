import type { ConnectionServer, Deployment, Service, SocketAddress } from "../deployment/deployment.ts";
import { socketAddress } from "../deployment/url.ts";
import { secretsIn } from "../deployment/value.ts";

/** A PostgreSQL server, and how its administrator reaches it. */
export interface DatabaseServer {
  /** Whose it is. */
  readonly deployment: Deployment;
  readonly server: ConnectionServer;
  readonly admin?: {
    readonly address: SocketAddress;
    readonly user: string;
    /** The name of the secret that is the password. */
    readonly secret: string;
  };
  /** Why there is no such way. */
  readonly why?: string;
}

/** The servers that some deployments offer, have for themselves, or use; each once. */
export function databaseServers(asked: readonly Deployment[], all: readonly Deployment[]): DatabaseServer[] {
  const servers = asked.flatMap((deployment) => {
    const { database, platform, connections } = deployment;
    const owner =
      database === undefined || platform !== undefined ? deployment : all.find(({ id }) => id === database.platform.id);
    const [first] = connections;
    return owner === undefined || first === undefined ? [] : [serverOf(owner, first.server)];
  });
  return [...new Map(servers.map((one) => [one.server.container, one])).values()];
}

function serverOf(deployment: Deployment, server: ConnectionServer): DatabaseServer {
  const { platform, services } = deployment;
  if (platform?.containers.server === server.container) {
    const admin = { address: platform.server, user: "postgres", secret: platform.secrets.admin };
    return { deployment, server, admin };
  }
  const service = services.find(({ name }) => name === server.container);
  const port = service?.ports.find(({ protocol }) => protocol === "tcp");
  if (service === undefined || port === undefined)
    return { deployment, server, why: "it publishes no port over which it could be asked" };
  const secret = passwordOf(service);
  const user = service.environment["POSTGRES_USER"] ?? "postgres";
  if (secret === undefined || typeof user !== "string")
    return { deployment, server, why: "its password is no secret of the blueprint" };
  return { deployment, server, admin: { address: socketAddress(port, deployment.endpoint), user, secret } };
}

/** As the image of PostgreSQL takes it. */
function passwordOf({ environment, files }: Service): string | undefined {
  const { POSTGRES_PASSWORD: text = "", POSTGRES_PASSWORD_FILE: path } = environment;
  const value = path === undefined ? text : (files.find(({ target }) => target === path)?.content ?? "");
  const [secret, ...more] = secretsIn(value);
  return more.length === 0 ? secret : undefined;
}
