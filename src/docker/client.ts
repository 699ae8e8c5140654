import type Dockerode from "dockerode";
import { connect, type Connection } from "./connection.ts";
import { DockerFailure } from "./failure.ts";
import type { Environment } from "./endpoint.ts";

export interface ClientOptions {
  /**
   * Milliseconds for each request: until the whole answer, or for a stream (logs, build, pull, exec) until it begins.
   * 10 000 if not given. What takes its time (wait, stop with a long grace) wants a client of its own.
   */
  readonly timeout?: number;
  readonly env?: Environment;
}

/**
 * A dockerode client for a URL: unix, tcp (with TLS as DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say), http, https or ssh.
 *
 * dockerode is loaded here and not before: it takes 100 ms (ssh2, gRPC), more than a whole look at a host.
 * @throws DockerFailure where the URL is none of a Docker endpoint; requests reject with a DockerFailure on a time-out.
 */
export async function dockerClient(url: string, options: ClientOptions = {}): Promise<Dockerode> {
  const { timeout = 10_000, env = process.env } = options;
  return clientOn(await connect(url, env), timeout);
}

/** The same on a connection that there is already. */
export async function clientOn(
  { protocol, address, pathPrefix, agent }: Connection,
  timeout: number,
): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  // Every option is given, even if undefined: what is missing docker-modem would take from DOCKER_HOST.
  const none = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  const docker = new Docker({ ...none, ...address, protocol, agent } as object);
  limit(docker.modem, timeout, pathPrefix);
  return docker;
}

interface Modem {
  dial(request: Request, done: Done): void;
}
type Request = { readonly path: string; readonly method: string; readonly abortSignal?: AbortSignal | undefined };
type Done = (error: unknown, answer?: unknown) => void;

/**
 * docker-modem has time-outs for silence only, and never calls back when a connection ends in the middle of an answer:
 * so the limit is held here, whatever it does. It also loses its own pathPrefix.
 */
function limit(modem: Modem, timeout: number, pathPrefix: string): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (request, done) => {
    const abort = new AbortController();
    const asked = `${request.method} ${request.path.replace(/\?$/, "")}`;
    let open = true;
    const settle: Done = (error, answer) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      done(error, answer);
    };
    const timer = setTimeout(() => {
      settle(new DockerFailure({ kind: "time-out", asked, milliseconds: timeout }));
      abort.abort();
    }, timeout);
    const signals = [abort.signal, ...(request.abortSignal ? [request.abortSignal] : [])];
    dial({ ...request, path: pathPrefix + request.path, abortSignal: AbortSignal.any(signals) }, settle);
  };
}
