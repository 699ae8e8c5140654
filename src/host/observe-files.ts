import { buffer } from "node:stream/consumers";
import type Dockerode from "dockerode";
import type { NotLookedAt } from "../findings/gap.ts";
import { dockerClient } from "../docker/client.ts";
import { explain, failureOf } from "../docker/failure.ts";
import { hash } from "../notation/content-hash.ts";
import type { Live } from "./live.ts";

/** Looks into containers, running or not, for files, and keeps their hashes only. About 25 ms a file. */
export async function observeFiles(
  endpoint: string,
  timeout: number,
  wanted: readonly { readonly id: string; readonly paths: readonly string[] }[],
): Promise<Pick<Live, "files" | "notLookedAt">> {
  if (wanted.length === 0) return { files: {}, notLookedAt: [] };
  const docker = await dockerClient(endpoint, { timeout });
  const notLookedAt: NotLookedAt[] = [];
  const looked = await Promise.all(
    wanted.map(async ({ id, paths }) => {
      const container = docker.getContainer(id);
      const hashes = await Promise.all(
        paths.map(async (path): Promise<[string, string | undefined][]> => {
          try {
            return [[path, await hashOf(container, path)]];
          } catch (error) {
            const { reason } = explain(endpoint, failureOf(error));
            notLookedAt.push({ what: `${path} in container ${id.slice(0, 12)}`, why: reason });
            return [];
          }
        }),
      );
      return [id, Object.fromEntries(hashes.flat())] as const;
    }),
  );
  return { files: Object.fromEntries(looked), notLookedAt };
}

/** @returns undefined where there is no such file. */
async function hashOf(container: Dockerode.Container, path: string): Promise<string | undefined> {
  const { extract } = await import("tar-stream");
  let archive: NodeJS.ReadableStream;
  try {
    archive = await container.getArchive({ path });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
  const entries = extract();
  archive.on("error", (error) => entries.destroy(error as Error)).pipe(entries);
  for await (const entry of entries) return hash(await buffer(entry));
  return undefined;
}
