import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ownDirectories } from "../../deployment/binds.ts";
import type { Realization } from "../../deployment/realization.ts";
import { docker, type Remedy, shell } from "../../findings/remedy.ts";
import type { Kept } from "../operation.ts";
import { imageSlug } from "../../notation/names.ts";
import { labels, volumeId } from "../../deployment/label-names.ts";
import type { Memory } from "../../engine/state.ts";
import { observeDirectory } from "../../host/directories.ts";
import { dockerClient } from "../../docker/client.ts";
import { isThisMachine } from "../../docker/endpoint.ts";
import { presenceOf } from "../../engine/states.ts";

/** What holds a deployment's data on its host. */
export interface OwnedData {
  /** Names of volumes that go with it. */
  readonly volumes: readonly string[];
  /** Paths of directories that go with it. */
  readonly directories: readonly string[];
  /** What looks like its own and stays, with the reason and, where it is nobody else's, the command that removes it. */
  readonly kept: readonly Kept[];
}

/**
 * Finds what is the deployment's own: volumes that its state holds or that were created from it, and directories with its
 * mark. What was there before it, and what another state manages, stays.
 * @param known what the state holds, before anything of it is destroyed; undefined where there is no state
 */
export async function ownedData(deployment: Realization, known?: Memory): Promise<OwnedData> {
  const [volumes, directories] = await Promise.all([volumesOf(deployment, known), directoriesOf(deployment, known)]);
  return {
    volumes: volumes.flatMap(({ name, kept }) => (kept === undefined ? [name] : [])).sort(),
    directories: directories.flatMap(({ path, kept }) => (kept === undefined ? [path] : [])).sort(),
    kept: [...volumes, ...directories].flatMap(({ kept }) => kept ?? []).sort((a, b) => (a.what < b.what ? -1 : 1)),
  };
}

interface Volume {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

async function volumesOf(deployment: Realization, known?: Memory): Promise<{ name: string; kept?: Kept }[]> {
  const client = await dockerClient(deployment.endpoint.url);
  const { Volumes: all } = (await client.listVolumes()) as { Volumes?: readonly Volume[] | null };
  const ids = new Set([deployment.id, ...(known?.ids ?? [])]);
  const adopted = new Set(deployment.volumes.flatMap((volume) => (volume.adopted ? [volume.name] : [])));
  return (all ?? []).flatMap((volume) => {
    const { Name: name } = volume;
    const isOurs = ids.has(volume.Labels?.[labels.stack] ?? "");
    if (!isOurs && !adopted.has(name) && !Object.hasOwn(known?.volumes ?? {}, name)) return [];
    const remedy = removalOf(name, deployment);
    const wasThere = { what: `the volume ${name}`, why: "was here before", remedy };
    return [{ name, kept: !isOurs || adopted.has(name) ? wasThere : othersVolume(volume, deployment, known) }];
  });
}

/** Acts on the deployment's own endpoint, whichever the shell's is. */
const removalOf = (name: string, { endpoint }: Realization): Remedy => docker(endpoint.url, "volume", "rm", name);

/** Why a volume with the deployment's label is not its own; undefined where it is. */
function othersVolume({ Name: name, Labels: live }: Volume, deployment: Realization, known?: Memory): Kept | undefined {
  const { id, home } = deployment;
  const what = `the volume ${name}`;
  const { [labels.home]: hash, [labels.place]: place = "another state", [labels.identity]: identity } = live ?? {};
  if (hash === home?.hash && hash !== undefined) return undefined;
  const isHeld =
    Object.hasOwn(known?.volumes ?? {}, name) &&
    volumeId(name, known?.volumes[name] ?? undefined) === volumeId(name, identity);
  if (isHeld && (hash === undefined || presenceOf(place, id) !== "there")) return undefined;
  if (hash === undefined && home === undefined) return undefined;
  return hash === undefined
    ? { what, why: "this state does not know", remedy: removalOf(name, deployment) }
    : { what, why: `is managed from ${place}` };
}

async function directoriesOf(deployment: Realization, known?: Memory): Promise<{ path: string; kept?: Kept }[]> {
  if (!isThisMachine(deployment.endpoint.url)) return [];
  const ids = [deployment.id, ...(known?.ids ?? [])];
  const { staticDirectory, services, prefix } = deployment;
  const files = await staticDirectories(deployment);
  const own = ownDirectories(deployment);
  const mounted = services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.kind === "directory" && !mount.readOnly ? [mount.path] : [])),
  );
  const found = await Promise.all(
    [...new Set([...files, ...mounted])].map(async (path): Promise<{ path: string; kept?: Kept }[]> => {
      const report = await observeDirectory(path);
      if (report.kind === "absent") return [];
      if (own.includes(path)) return [{ path }];
      if (report.kind === "ours" && ids.includes(report.owner)) {
        const wasThere = { what: `the directory ${path}`, why: "was here before", remedy: shell("rm", "-r", path) };
        return [{ path, kept: files.includes(path) && staticDirectory?.adopted === true ? wasThere : undefined }];
      }
      const isNamed = path.split("/").includes(prefix) && report.kind !== "ours";
      return isNamed ? [{ path, kept: { what: `the directory ${path}`, why: "has no mark of this deployment" } }] : [];
    }),
  );
  return found.flat();
}

/** The static directory, and those beside it of the images that the deployment had before. */
async function staticDirectories({ staticDirectory, services, prefix }: Realization): Promise<string[]> {
  if (staticDirectory === undefined) return [];
  const { path } = staticDirectory;
  const slug = services.map(({ image }) => imageSlug(image)).find((each) => basename(path).endsWith(each));
  if (slug === undefined) return [path];
  const stem = basename(path).slice(0, -slug.length);
  if (!stem.startsWith(`${prefix}_`)) return [path];
  const beside = await readdir(dirname(path)).catch(() => []);
  return [path, ...beside.filter((name) => name.startsWith(stem)).map((name) => join(dirname(path), name))];
}
