import { request as httpRequest } from "node:http";
import type { Connection } from "./connection.ts";
import { DockerFailure } from "./failure.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * What `GET path` of a Docker API says, as JSON.
 *
 * Not through dockerode: loading that takes 100 ms of every preview, and it waits for ever for the rest of an answer
 * whose connection ended.
 * @param timeout Milliseconds until the last byte of the answer.
 * @throws DockerFailure, or the system's error.
 */
export function answer(connection: Connection, path: string, timeout: number): Promise<unknown> {
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
      let length = 0;
      response.on("data", (part: Buffer) => {
        length += part.length;
        if (length <= mostBytes) return void parts.push(part);
        clearTimeout(timer);
        const beginning = Buffer.concat(parts.slice(0, 1)).toString();
        reject(new DockerFailure({ kind: "foreign", asked, start: `more than 64 MiB: ${start(beginning)}` }));
        request.destroy();
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timer);
        try {
          resolve(contentOf(response.statusCode ?? 0, Buffer.concat(parts).toString(), { asked, path }));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.end();
  });
}

/** A thousand containers are listed in 4 MiB. */
const mostBytes = 64 * 1024 * 1024;

function contentOf(status: number, body: string, { asked, path }: { asked: string; path: string }): unknown {
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
  if (!isOfDocker(path, content)) throw new DockerFailure({ kind: "foreign", asked, start: start(body) });
  return content;
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown, fits: (item: Fields) => boolean = () => true): boolean =>
  Array.isArray(value) && value.every((item) => isObject(item) && fits(item));
const hasMaps = (value: Fields, ...names: readonly string[]): boolean =>
  names.every((name) => ownValue(value, name) === undefined || isObject(ownValue(value, name)));

/** What the answers that berth asks for have in common, path by path: others are not a Docker API's. */
const forms: readonly (readonly [RegExp, (content: unknown) => boolean])[] = [
  [/^\/info$/, (content) => isObject(content) && typeof content["NCPU"] === "number"],
  [/^\/containers\/json/, (content) => isList(content, ({ Id }) => typeof Id === "string")],
  [/^\/networks(?:\?|$)/, (content) => isList(content, ({ Name }) => typeof Name === "string")],
  [/^\/(?:services|tasks|nodes|images\/json)/, (content) => isList(content)],
  [/^\/volumes(?:\?|$)/, (content) => isObject(content) && (content["Volumes"] === null || isList(content["Volumes"]))],
  [
    /^\/containers\/[^/]+\/json$/,
    (content) => isObject(content) && hasMaps(content, "Config", "State", "HostConfig", "NetworkSettings"),
  ],
];

function isOfDocker(path: string, content: unknown): boolean {
  const form = forms.find(([of]) => of.test(path))?.[1];
  return form === undefined ? content !== undefined && content !== null : form(content);
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
