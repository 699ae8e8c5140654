import { Agent, type AgentOptions } from "node:http";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { DockerFailure } from "./failure.ts";
import type { Environment } from "./endpoint.ts";

/** How HTTP reaches a Docker API. Sockets are kept open between requests; close() ends them. */
export interface Connection {
  readonly protocol: "http" | "https";
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Before every path of the API; empty or without a slash at the end. */
  readonly pathPrefix: string;
  readonly agent: Agent;
  /** How many requests go at the same time. */
  readonly parallel: number;
  readonly close: () => void;
}

/**
 * Opens nothing yet: the first request does.
 * @param env DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH count as they do for the docker command.
 * @throws DockerFailure where the URL is none of a Docker endpoint or a named certificate cannot be read.
 */
export async function connect(url: string, env: Environment = process.env): Promise<Connection> {
  if (url.startsWith("unix://")) {
    return connection("http", { socketPath: url.slice("unix://".length) }, "", new Agent(kept(8)));
  }
  if (!URL.canParse(url)) throw new DockerFailure({ kind: "url" });
  const { protocol, hostname, port, pathname } = new URL(url);
  if (hostname === "") throw new DockerFailure({ kind: "url" });
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const prefix = pathname.replace(/\/+$/, "");
  const tls = protocol === "https:" || (protocol === "tcp:" && Boolean(env["DOCKER_TLS_VERIFY"] || env["DOCKER_TLS"]));
  switch (protocol) {
    case "ssh:": {
      const { SshAgent } = await import("./ssh-agent.ts");
      // Each connection is a login of its own, and sshd refuses many logins at once.
      return connection("http", { host: "docker", port: 80 }, "", new SshAgent(url, kept(4)));
    }
    case "tcp:":
    case "http:":
    case "https:": {
      const usual = { "tcp:": tls ? 2376 : 2375, "http:": 80, "https:": 443 }[protocol];
      const address = { host, port: Number(port) || usual };
      if (!tls) return connection("http", address, prefix, new Agent(kept(8)));
      const https = await import("node:https");
      const agent = new https.Agent({ ...kept(8), ...(await tlsFiles(protocol, env)) });
      return connection("https", address, prefix, agent);
    }
    default:
      throw new DockerFailure({ kind: "url" });
  }
}

const kept = (maxSockets: number): AgentOptions => ({ keepAlive: true, maxSockets });

const connection = (
  protocol: Connection["protocol"],
  address: Connection["address"],
  pathPrefix: string,
  agent: Agent,
): Connection => ({
  protocol,
  address,
  pathPrefix,
  agent,
  parallel: agent.maxSockets,
  close: () => agent.destroy(),
});

/** ca.pem, cert.pem and key.pem, each where it exists; a directory that is named but unreadable is a mistake. */
async function tlsFiles(protocol: string, env: Environment) {
  const directory = env["DOCKER_CERT_PATH"] || join(env["HOME"] || homedir(), ".docker");
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) =>
      readFile(join(directory, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" && !(env["DOCKER_CERT_PATH"] && name === "ca.pem")) return undefined;
        throw new DockerFailure({
          kind: "certificate",
          file: join(directory, name),
          message: error.code ?? error.message,
        });
      }),
    ),
  );
  return {
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    // Only DOCKER_TLS without DOCKER_TLS_VERIFY means: encrypted, to whomever answers.
    rejectUnauthorized: protocol === "https:" || Boolean(env["DOCKER_TLS_VERIFY"]),
  };
}
