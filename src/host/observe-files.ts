import { buffer } from "node:stream/consumers";
import type Dockerode from "dockerode";
import type { NotLookedAt } from "../findings/gap.ts";
import type { DockerApi } from "../docker/api.ts";
import { explain, failureOf } from "../docker/failure.ts";
import { hash } from "../notation/content-hash.ts";
import type { Realization } from "../deployment/realization.ts";
import { secretsIn } from "../deployment/value.ts";
import { ownValue } from "../notation/own-value.ts";
import type { HostSnapshot, LiveContainer } from "./snapshot.ts";

/** Looks into containers, running or not, for files, and keeps their hashes only. About 25 ms a file. */
export async function observeFiles(
  endpoint: string,
  api: DockerApi,
  wanted: readonly { readonly id: string; readonly paths: readonly string[] }[],
): Promise<Pick<HostSnapshot, "files" | "notLookedAt">> {
  if (wanted.length === 0) return { files: {}, notLookedAt: [] };
  const docker = await api.client();
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

/** The files to hash: those without secrets, and those with secrets whose texts the caller knows. */
export function wantedFiles(
  deployments: readonly Realization[],
  live: readonly LiveContainer[],
  secrets: Readonly<Record<string, readonly string[]>>,
): { id: string; paths: string[] }[] {
  return deployments.flatMap(({ id: deployment, containers }) =>
    containers.flatMap(({ name, files }) => {
      const known = new Set(ownValue(secrets, deployment));
      const paths = files.flatMap(({ content, target }) =>
        secretsIn(content).every((secret) => known.has(secret)) ? [target] : [],
      );
      const container = live.find((candidate) => candidate.name === name);
      return container === undefined || paths.length === 0 ? [] : [{ id: container.id, paths }];
    }),
  );
}
