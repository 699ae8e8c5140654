import type Dockerode from "dockerode";
import { clientOn } from "./client.ts";
import { connect } from "./connection.ts";
import { DockerFailure } from "./failure.ts";
import { answer } from "./request.ts";

/** The Docker API of one endpoint. Reading does not go through dockerode, which takes 100 ms to load. */
export interface DockerApi {
  /** Returns what `GET path` answers. */
  get<T>(path: string): Promise<T>;
  /** The same where the answer is a list. */
  list<T>(path: string): Promise<readonly T[]>;
  /** How many requests go at the same time. */
  readonly parallel: number;
  /** Returns a dockerode client on the same connection, for what changes something and for streams. */
  client(): Promise<Dockerode>;
}

/**
 * Works with the Docker API of an endpoint, over one connection that is closed afterwards.
 * @param timeout Milliseconds for each request.
 * @throws DockerFailure, or the system's error.
 */
export async function withDocker<T>(
  url: string,
  work: (docker: DockerApi) => Promise<T>,
  timeout = 10_000,
): Promise<T> {
  const connection = await connect(url);
  const get = async <A>(path: string): Promise<A> => (await answer(connection, path, timeout)) as A;
  try {
    return await work({
      get,
      list: async <A>(path: string) => {
        const found = await get<unknown>(path);
        if (Array.isArray(found)) return found as A[];
        throw new DockerFailure({ kind: "foreign", asked: `GET ${path}`, start: JSON.stringify(found).slice(0, 80) });
      },
      parallel: connection.parallel,
      client: () => clientOn(connection, timeout),
    });
  } finally {
    connection.close();
  }
}
