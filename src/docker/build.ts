import type { Pack } from "tar-stream";
import type Dockerode from "dockerode";
import { openSession, type RegistryLogin } from "./build-session.ts";
import { progressLines } from "./build-progress.ts";

/** What Docker needs to know of one build: https://docs.docker.com/reference/api/engine/#tag/Image/operation/ImageBuild */
export interface ImageBuild {
  /** The name of the image that comes of it. */
  readonly tag: string;
  /** A tar archive of files, or the URL of a Git repository or archive that the daemon fetches. */
  readonly context: Pack | { readonly remote: string };
  /** Where the Dockerfile is in the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Texts of secrets that steps mount, by id. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
  readonly cacheFrom?: readonly string[];
  readonly network?: string;
  readonly extraHosts?: readonly string[];
  /** Bytes. */
  readonly sharedMemory?: number;
  readonly pull?: boolean;
  readonly noCache?: boolean;
}

/** How a build ended; of one that failed Docker's words, and the last lines of its log. */
export type BuildEnd =
  { readonly ok: true } | { readonly ok: false; readonly message: string; readonly log: readonly string[] };

/** By which builder: BuildKit, or the one that Docker had before. */
export type Builder = "buildkit" | "classic";

export interface BuildOptions {
  readonly builder: Builder;
  readonly login: (host: string) => RegistryLogin | undefined;
  /** Logins for the classic builder, by registry. */
  readonly logins: Readonly<Record<string, RegistryLogin>>;
  /** Receives each line of the log as it comes. */
  readonly line: (text: string) => void;
}

/** Lines of a failed build that are shown; what went wrong is at the end. */
const shownLines = 20;

interface Modem {
  dial(request: object, done: (error: unknown, stream?: NodeJS.ReadableStream) => void): void;
}

/** Builds an image through Docker's API. @throws what the request itself ends with, for example a DockerFailure */
export async function buildImage(docker: Dockerode, build: ImageBuild, options: BuildOptions): Promise<BuildEnd> {
  const session =
    options.builder === "buildkit"
      ? await openSession(docker, { secrets: build.secrets, login: options.login })
      : undefined;
  try {
    return await followed(await start(docker, build, session?.id, options), options.line);
  } finally {
    session?.close();
  }
}

/** Dockerode's own call would open a session that knows no secrets. */
function start(
  docker: Dockerode,
  build: ImageBuild,
  session: string | undefined,
  { logins }: BuildOptions,
): Promise<NodeJS.ReadableStream> {
  const { context } = build;
  const isRemote = "remote" in context;
  const request = {
    path: "/build?",
    method: "POST",
    isStream: true,
    ...(!isRemote && { file: context }),
    options: {
      t: build.tag,
      dockerfile: build.dockerfile,
      buildargs: JSON.stringify(build.args),
      labels: JSON.stringify(build.labels),
      rm: true,
      forcerm: true,
      ...(isRemote && { remote: context.remote }),
      ...(session !== undefined && { version: "2", session }),
      ...(build.target !== undefined && { target: build.target }),
      ...(build.platform !== undefined && { platform: build.platform }),
      ...(build.cacheFrom !== undefined && { cachefrom: JSON.stringify(build.cacheFrom) }),
      ...(build.network !== undefined && { networkmode: build.network }),
      ...(build.extraHosts !== undefined && { extrahosts: build.extraHosts }),
      ...(build.sharedMemory !== undefined && { shmsize: build.sharedMemory }),
      ...(build.pull === true && { pull: true }),
      ...(build.noCache === true && { nocache: true }),
    },
    ...(Object.keys(logins).length > 0 && { registryconfig: logins }),
    statusCodes: { 200: true, 400: "bad request", 500: "server error" },
  };
  return new Promise((begun, failed) =>
    (docker.modem as unknown as Modem).dial(request, (error, stream) =>
      error || stream === undefined ? failed(error) : begun(stream),
    ),
  );
}

async function followed(stream: NodeJS.ReadableStream, line: (text: string) => void): Promise<BuildEnd> {
  const log: string[] = [];
  let message: string | undefined;
  for await (const event of eventsOf(stream)) {
    if (event.error !== undefined) message = event.error;
    for (const text of progressLines(event)) {
      log.push(text);
      if (log.length > shownLines) log.shift();
      line(text);
    }
  }
  return message === undefined ? { ok: true } : { ok: false, message, log };
}

/** One JSON object a line, in pieces. */
async function* eventsOf(stream: NodeJS.ReadableStream): AsyncGenerator<BuildEvent> {
  let rest = "";
  for await (const piece of stream) {
    const lines = (rest + String(piece)).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) if (text.trim() !== "") yield JSON.parse(text) as BuildEvent;
  }
  if (rest.trim() !== "") yield JSON.parse(rest) as BuildEvent;
}

/** What the daemon says while it builds. */
export interface BuildEvent {
  /** Text of the classic builder, in pieces of lines. */
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  /** `moby.buildkit.trace`: then `aux` is what BuildKit does, as base64 of its StatusResponse. */
  readonly id?: string;
  readonly aux?: unknown;
}
