import type { FoundFile } from "../blueprint/surroundings.ts";
import { instruction } from "../findings/remedy.ts";
import type { ContainerFile, Mount } from "../deployment/deployment.ts";
import { isFileName } from "../notation/file-name.ts";
import type { Mounted, WrittenMount } from "./mounts.ts";
import type { Context } from "./service.ts";

/**
 * A file or directory of the host. What lies beside the blueprint is put into the container instead where the host is
 * another machine: it has no such file.
 */
export function bindOf(
  key: string,
  written: WrittenMount & { readonly from: string },
  context: Context,
): Partial<Mounted> {
  const { filler, blueprint, places, isLocal } = context;
  const { from, path } = written;
  const place = places(from);
  const { found } = place;
  if (found?.kind === "refused") {
    filler.wrong(path, `${from} ${found.why}`, "a path inside of it");
    return {};
  }
  const source = blueprint.source(path);
  if (!isLocal && (found?.kind === "file" || found?.kind === "directory") && place.created !== true)
    return uploaded(written, place.path, source, context);
  if (!isLocal && found?.kind === "missing" && isFileName(place.path))
    filler.wrong(path, `${from} does not exist beside ${blueprint.file}`, "a file", instruction("create the file"));
  if (place.created && written.readOnly && found?.kind === "missing" && !isFilled(place.path, key, context))
    filler.warn(
      path,
      `${from} does not exist beside ${blueprint.file}, so an empty directory is mounted`,
      "a directory",
    );
  return { mounts: [mountOf(written, place.path, place.created, source)] };
}

function mountOf(
  { target, readOnly, created, relabel, propagation, recursive }: WrittenMount,
  path: string,
  isCreated: true | undefined,
  source: ContainerFile["source"],
): Mount {
  const creation = created ?? isCreated;
  return {
    kind: "directory",
    path,
    target,
    readOnly,
    ...(creation !== undefined && { created: creation }),
    ...(relabel && { relabel }),
    ...(propagation && { propagation }),
    ...(recursive && { recursive }),
    source,
  };
}

/** Whether another service writes into a directory, or into one inside or around it. */
const isFilled = (path: string, key: string, { writtenPaths }: Context): boolean =>
  writtenPaths.some((other) => other.service !== key && (within(path, other.path) || within(other.path, path)));

const within = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);

function uploaded(
  { from = "", target, readOnly, path }: WrittenMount,
  place: string,
  source: ContainerFile["source"],
  { filler, blueprint, endpoint }: Context,
): Partial<Mounted> {
  const found = blueprint.surroundings.read(place);
  if (found.kind === "unreadable") {
    filler.wrong(path, `${from} ${found.why}, and ${endpoint.name} is another machine`, "at most 1 MiB of files");
    return {};
  }
  if (!readOnly)
    filler.warn(
      path,
      `${from} is copied into the container, as ${endpoint.name} is another machine: what is written there is lost with it`,
      "a volume for data, or :ro for content",
    );
  return { files: found.files.map((file) => fileOf(file, target, source)) };
}

/** Empty files are left out by the engine's provider, and cannot be content that counts. */
const fileOf = (file: FoundFile, target: string, source: ContainerFile["source"]): ContainerFile => ({
  target: file.path === "" ? target : `${target}/${file.path}`,
  content: file.content,
  ...(file.isBinary && { encoding: "base64" }),
  mode: file.isExecutable ? "0755" : "0644",
  source,
});
