/**
 * Makes the images of PostgreSQL, PgBouncer, Redis and HAProxy where no registry is reached, from Debian's packages:
 *   npm run database-images
 * They keep to the contract of the images that users run (`postgres`, `edoburu/pgbouncer`, `redis`, `haproxy`), so that one
 * blueprint runs with both. The first three share one base, HAProxy has another; each takes about a minute once.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import Docker from "dockerode";
import { databaseBase, makeDebianBase, relayBase } from "./debian-base.ts";
import { buildImage } from "./image-build.ts";
import { checkDocker, digestOf, isForeignImage, keptImage, readContext, sourcesLabel } from "./image-sources.ts";

/** Names and tags, or ids, of images that a Docker host has. */
export interface DatabaseImages {
  readonly postgres: string;
  readonly pgbouncer: string;
  readonly redis: string;
  readonly haproxy: string;
}

/** What they are called; the tags tell Debian's versions. */
export const databaseImages: DatabaseImages = {
  postgres: "berth-postgres:15",
  pgbouncer: "berth-pgbouncer:1.18",
  redis: "berth-redis:7",
  haproxy: "berth-haproxy:2.6",
};

export interface DatabaseImagesOptions {
  /** By default the one that DOCKER_HOST names. */
  readonly docker?: Docker;
  /** Told what happens, a line at a time. */
  readonly progress?: (line: string) => void;
}

/**
 * Keeps what was made of the same sources before.
 * @throws in words for the person who must act.
 */
export async function makeDatabaseImages(options: DatabaseImagesOptions = {}): Promise<DatabaseImages> {
  const { docker = new Docker(), progress = () => {} } = options;
  await checkDocker(docker);
  for (const tag of Object.values(databaseImages) as string[])
    if (await isForeignImage(docker, tag))
      throw new Error(`the image ${tag} on this host was not built by this script and is left unchanged: rename it`);
  const bases = {
    database: await makeDebianBase(docker, databaseBase, progress),
    relay: await makeDebianBase(docker, relayBase, progress),
  };
  for (const [name, tag] of Object.entries(databaseImages) as [keyof DatabaseImages, string][]) {
    const context = await readContext(fileURLToPath(new URL(`database-images/${name}`, import.meta.url)));
    const base = name === "haproxy" ? bases.relay : bases.database;
    const digest = digestOf(context, base);
    if ((await keptImage(docker, tag, digest)) !== undefined) continue;
    progress(`building ${tag} on ${base}`);
    const labels = { [sourcesLabel]: digest };
    await buildImage(docker, { tag, context, labels, buildArguments: { BASE: base }, progress });
  }
  return databaseImages;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(Object.values(await makeDatabaseImages({ progress: console.error })).join("\n"));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
