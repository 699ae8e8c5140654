import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { readText, UnreadableFile } from "../disk/read-text.ts";
import { ownValue } from "../notation/own-value.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
/** @returns undefined where there is no such file. */
export type ReadFile = (path: string) => string | undefined;

const defaultEndpoint = "unix:///var/run/docker.sock";

/**
 * The URL that `local` means, found as the docker command finds it: DOCKER_HOST, else the current context, else the
 * default socket.
 * @throws Error where a context is chosen that cannot be read: another daemon must never be taken silently instead.
 */
export function localEndpoint(env: Environment = process.env, readFile: ReadFile = ownText): string {
  if (env["DOCKER_HOST"]) return withScheme(env["DOCKER_HOST"]);
  const directory = env["DOCKER_CONFIG"] || join(env["HOME"] || homedir(), ".docker");
  const configFile = join(directory, "config.json");
  const context = env["DOCKER_CONTEXT"] || textAt(readJson(readFile, configFile), "currentContext");
  if (!context || context === "default") return defaultEndpoint;

  const chosenBy = env["DOCKER_CONTEXT"] ? "DOCKER_CONTEXT" : configFile;
  const metaFile = join(directory, "contexts", "meta", createHash("sha256").update(context).digest("hex"), "meta.json");
  const host = textAt(readJson(readFile, metaFile), "Endpoints", "docker", "Host");
  if (host) return withScheme(host);
  throw new Error(
    `the Docker context "${context}", chosen by ${chosenBy}, has no endpoint in ${metaFile}; ` +
      `choose one that docker context ls shows: docker context use default`,
  );
}

/** Whether the sockets of this machine are those of the endpoint. */
export const isThisMachine = (url: string): boolean =>
  url.startsWith("unix://") || /^tcp:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/.test(url);

/** Docker takes `host:2375` for tcp. */
const withScheme = (host: string): string => (host.includes("://") ? host : `tcp://${host}`);

function readJson(readFile: ReadFile, path: string): unknown {
  const text = readFile(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON, so the current Docker context is unknown; correct it or set DOCKER_HOST`);
  }
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = keys.reduce<unknown>(
    (at, key) => ownValue(at as Record<string, unknown> | null | undefined, key),
    value,
  );
  return typeof found === "string" ? found : undefined;
}

function ownText(path: string): string | undefined {
  try {
    return readText(path, ""); // the user's own, wherever it is
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
    throw new Error(`${path} ${error.reason}`, { cause: error });
  }
}
