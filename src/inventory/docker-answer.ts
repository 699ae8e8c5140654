import { request as httpRequest } from "node:http";
import type { Connection } from "./connection.ts";
import { DockerFailure } from "./docker-failure.ts";

/**
 * What `GET path` of a Docker API says, as JSON.
 *
 * Not through dockerode: loading that takes 100 ms of every preview, and it waits for ever for the rest of an answer
 * whose connection ended.
 * @param timeout Milliseconds until the last byte of the answer.
 * @throws DockerFailure, or the system's error.
 */
export function answer(connection: Connection, path: string, timeout: number): Promise<unknown> {
  const { underWay } = connection;
  const known = underWay.get(path) ?? ask(connection, path, timeout).finally(() => underWay.delete(path));
  underWay.set(path, known);
  return known;
}

export type Ask = <T>(path: string) => Promise<T>;

/** Asks through a connection, with one time limit for each answer. */
export const asker =
  (connection: Connection, timeout: number): Ask =>
  async <T>(path: string) =>
    (await answer(connection, path, timeout)) as T;

function ask(connection: Connection, path: string, timeout: number): Promise<unknown> {
  const asked = `GET ${path}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      ...connection.address,
      protocol: `${connection.protocol}:`,
      path: connection.pathPrefix + path,
      agent: connection.agent,
    });
    const timer = setTimeout(() => {
      reject(new DockerFailure({ kind: "time-out", asked, milliseconds: timeout }));
      request.destroy();
    }, timeout);
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === "ECONNRESET" ? new DockerFailure({ kind: "half", asked }) : notHttp(error, asked));
    };
    request.on("error", fail);
    request.on("response", (response) => {
      // Not through node:stream/consumers, which takes 4 ms longer for 100 containers.
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timer);
        try {
          resolve(contentOf(response.statusCode ?? 0, Buffer.concat(parts).toString(), asked));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.end();
  });
}

function contentOf(status: number, body: string, asked: string): unknown {
  const content = parsed(body);
  if (status < 200 || status > 299) {
    const message = (content as { message?: unknown } | undefined)?.message;
    throw new DockerFailure({
      kind: "status",
      asked,
      status,
      message: typeof message === "string" ? message : start(body),
    });
  }
  if (content === undefined || content === null)
    throw new DockerFailure({ kind: "foreign", asked, start: start(body) });
  return content;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Node's HTTP parser names its errors HPE_…. */
const notHttp = (error: NodeJS.ErrnoException, asked: string): Error =>
  error.code?.startsWith("HPE_") ? new DockerFailure({ kind: "foreign", asked, start: "no HTTP" }) : error;

const start = (body: string): string => body.trim().slice(0, 80);
