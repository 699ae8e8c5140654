/** What an image is built from: the files of a folder, and a digest by which an image of the same sources is kept. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import type { Entry } from "./image-build.ts";

/** The label that holds the digest of what an image was built from. */
export const sourcesLabel = "berth.sample";

/** The files below a folder in a stable order; scripts for a shell can be run, whatever the checkout says. */
export async function readContext(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name));
  const texts = files.sort().map(async (file): Promise<Entry> => {
    const name = path.relative(folder, file).split(path.sep).join("/");
    return { kind: "text", name, mode: name.endsWith(".sh") ? 0o755 : 0o644, text: await readFile(file, "utf8") };
  });
  return Promise.all(texts);
}

/** Of anything that JSON can write: 64 hex digits. */
export const digestOf = (...sources: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(sources)).digest("hex");

/** The id of the image of that name, if it was built from the sources of that digest. */
export async function keptImage(docker: Docker, tag: string, digest: string): Promise<string | undefined> {
  const present = await inspectImage(docker, tag);
  return present?.Config.Labels?.[sourcesLabel] === digest ? present.Id : undefined;
}

/**
 * Whether an image of that name exists that these scripts did not build, which must be neither overwritten nor removed.
 * An image built on a sample inherits its label, but has steps after the one that set it.
 */
export async function isForeignImage(docker: Docker, tag: string): Promise<boolean> {
  const present = await inspectImage(docker, tag);
  if (present === undefined) return false;
  if (present.Config.Labels?.[sourcesLabel] === undefined) return true;
  const steps = (await docker.getImage(present.Id).history()) as { CreatedBy?: string }[];
  return steps.findIndex(({ CreatedBy }) => CreatedBy?.includes(`LABEL ${sourcesLabel}=`)) > 0;
}

export async function imageExists(docker: Docker, tag: string): Promise<boolean> {
  return (await inspectImage(docker, tag)) !== undefined;
}

/** Undefined where there is no such image; every other trouble is thrown. */
async function inspectImage(docker: Docker, tag: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(tag).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** @throws with what to do where nobody answers. */
export async function checkDocker(docker: Docker): Promise<void> {
  await docker.ping().catch((error: Error) => {
    throw new Error(`Docker does not answer (${error.message}): start it, or set DOCKER_HOST to one that runs`);
  });
}
