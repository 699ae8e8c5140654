/** Builds an image from a context that is never on the disk as a whole: it is streamed to the Docker host as it is made. */
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stripVTControlCharacters } from "node:util";
import type Docker from "dockerode";
import { pack, type Pack } from "tar-stream";

/** One thing in a build context. Owners are always root; modes are what is written here, not what the checkout has. */
export type Entry =
  | { readonly kind: "directory"; readonly name: string; readonly mode: number }
  | { readonly kind: "text"; readonly name: string; readonly mode: number; readonly text: string }
  | { readonly kind: "file"; readonly name: string; readonly mode: number; readonly source: string };

export interface ImageBuild {
  readonly tag: string;
  /** Holds a Dockerfile. */
  readonly context: readonly Entry[];
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Told each line that the builder prints. */
  readonly progress: (line: string) => void;
  /** After that many milliseconds the build is given up; no limit by default. */
  readonly timeout?: number;
}

/** @throws where Docker cannot be reached, a file of the context cannot be read, or a step of the build fails. */
export async function buildImage(docker: Docker, build: ImageBuild): Promise<void> {
  const context = pack();
  const { signal, giveUp, finish } = timeLimit(build.timeout);
  const upload = Readable.from(context).on("error", giveUp);
  const options: Docker.ImageBuildOptions = {
    t: build.tag,
    labels: { ...build.labels },
    buildargs: { ...build.buildArguments },
    rm: true,
    forcerm: true,
    abortSignal: signal,
  };
  try {
    const [output] = await Promise.all([docker.buildImage(upload, options), pour(build.context, context)]);
    await follow(docker, output, build.progress);
  } catch (error) {
    if (!signal.aborted) giveUp(error); // ends the request of a context that is not complete
    context.destroy();
    throw signal.reason;
  } finally {
    finish();
  }
}

/** A signal whose reason is an error in words, once the time is over. */
export function timeLimit(milliseconds?: number) {
  const abort = new AbortController();
  const giveUp = (reason: unknown) => abort.abort(reason);
  const tooLong = () => giveUp(new Error(`it took longer than ${(milliseconds ?? 0) / 1000} s`));
  const timer = milliseconds === undefined ? undefined : setTimeout(tooLong, milliseconds);
  return { signal: abort.signal, giveUp, finish: () => clearTimeout(timer) };
}

async function pour(entries: readonly Entry[], context: Pack): Promise<void> {
  for (const entry of entries) {
    const header = { name: entry.name, mode: entry.mode, mtime: new Date(0) };
    if (entry.kind === "directory") context.entry({ ...header, type: "directory" });
    else if (entry.kind === "text") context.entry(header, entry.text);
    else {
      const file = await open(entry.source);
      const { size } = await file.stat();
      await pipeline(file.createReadStream(), context.entry({ ...header, size }));
    }
  }
  context.finalize();
}

/**
 * Waits for the end of what Docker reports about a build or a pull.
 * @throws where it reports an error, with the last that was printed before it.
 */
export function follow(docker: Docker, output: NodeJS.ReadableStream, progress: (line: string) => void): Promise<void> {
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      output,
      (error, events: readonly { error?: string }[]) => {
        const failure = events.find((event) => event.error !== undefined)?.error;
        if (failure !== undefined) reject(new Error([failure, ...printed.slice(-5)].join("\n")));
        else if (error !== null) reject(error);
        else resolve();
      },
      (event: DockerEvent) => {
        for (const line of lines(event)) {
          printed.push(line);
          progress(line);
        }
      },
    );
  });
}

/** What Docker says while it builds (`stream`) or pulls (the others; `progress` is a bar that grows). */
interface DockerEvent {
  readonly stream?: string;
  readonly id?: string;
  readonly status?: string;
  readonly progress?: string;
}

/** What a step is and prints, what becomes of a layer; not the builder's notes, nor bars. */
function lines({ stream, id, status, progress }: DockerEvent): string[] {
  const pulled = status === undefined || progress !== undefined ? "" : [id, status].filter(Boolean).join(": ");
  const all = stripVTControlCharacters(stream ?? pulled)
    .split("\n")
    .map((line) => line.trim());
  return all.filter((line) => line !== "" && !/^(--->|Removing intermediate container |Successfully )/.test(line));
}
