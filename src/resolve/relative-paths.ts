import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { Found } from "../blueprint/surroundings.ts";
import { isWithin } from "../deployment/binds.ts";
import { isFileName } from "../notation/file-name.ts";
import { isPath, mountSpec } from "../notation/mount-spec.ts";
import { normalPath } from "../notation/path.ts";

/** Where a path of the blueprint is on the host. */
interface Place {
  readonly path: string;
  /** What is there; of a path that is not relative to the blueprint nothing is known. */
  readonly found?: Found;
  /** A directory that Docker creates where it does not exist. */
  readonly created?: true;
}

/** Gives the place of a path as the blueprint has it: absolute, relative to its file, or below `~`. */
export type Places = (written: string) => Place;

/**
 * Places of paths that are relative to a blueprint. What is beside it is content, and mounted as it is. A directory that is
 * not there holds data: each deployment has its own, `.berth/data/<stack>/` beside the blueprint. One that is around or
 * inside content stays where it is, as its users have to find each other.
 */
export function placesOf(
  services: Readonly<Record<string, ComposeService>>,
  { surroundings: { folder, home, look } }: Pick<Blueprint, "surroundings">,
  stack: string,
): Places {
  const own = `${folder}/.berth/data/${stack}`;
  const absolute = (written: string): string => {
    if (written.startsWith("~")) return normalPath(`${home}/${written.slice(1)}`);
    return normalPath(written.startsWith("/") ? written : `${folder}/${written}`);
  };
  const isContent = ({ kind }: Found): boolean => kind === "directory" || kind === "other";
  const mounted = [...new Set(Object.values(services).flatMap(relativeSources).map(absolute))];
  const content = mounted.filter((path) => isContent(look(path)));
  return (written) => {
    const path = absolute(written);
    if (/^[/~]/.test(written)) return { path };
    const data = `${own}${path.slice(folder.length)}`;
    const isBelow = isWithin(path, folder) && path !== folder;
    if (isBelow && isContent(look(data))) return { path: data, found: { kind: "directory" }, created: true };
    const found = look(path);
    if (found.kind !== "missing") return { path, found };
    if (isFileName(path)) return { path, found };
    const isPartOfContent = content.some((directory) => isWithin(path, directory));
    return { path: isBelow && !isPartOfContent ? data : path, found, created: true };
  };
}

/** Paths of the host that services write to. */
export const writtenPaths = (
  services: Readonly<Record<string, ComposeService>>,
  places: Places,
): { service: string; path: string }[] =>
  Object.entries(services).flatMap(([service, compose]) =>
    bindSources(compose).flatMap(({ source, readOnly }) => (readOnly ? [] : [{ service, path: places(source).path }])),
  );

const relativeSources = (service: ComposeService): string[] =>
  bindSources(service).flatMap(({ source }) => (/^[/~]/.test(source) ? [] : [source]));

const bindSources = ({ volumes = [] }: ComposeService): { source: string; readOnly: boolean }[] =>
  volumes.flatMap((mount) => {
    const spec = typeof mount === "string" ? mountSpec(mount) : undefined;
    const source = typeof mount === "string" ? spec?.source : mount.source;
    const isBind = typeof mount === "string" ? isPath(source ?? "") : mount.type === "bind";
    const readOnly = typeof mount === "string" ? spec?.readOnly === true : mount.read_only === true;
    return source !== undefined && isBind ? [{ source, readOnly }] : [];
  });
