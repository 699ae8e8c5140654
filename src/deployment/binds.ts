import type { Deployment, Mount, Workload } from "./deployment.ts";

/** A file or directory of the host in a container. */
export type Bind = Extract<Mount, { kind: "directory" }>;

export const bindsOf = ({ mounts }: Pick<Workload, "mounts">): Bind[] =>
  mounts.flatMap((mount) => (mount.kind === "directory" ? [mount] : []));

/** Paths of the host that a deployment creates where they do not exist, with all that lies in them. */
export const createdPaths = ({ services, staticDirectory }: Deployment): string[] => [
  ...(staticDirectory === undefined ? [] : [staticDirectory.path]),
  ...services.flatMap(bindsOf).flatMap(({ created, path }) => (created === true ? [path] : [])),
];

/** The bind mounts of a service whose sources have to be there before its container is created. */
export const requiredBinds = (service: Pick<Workload, "mounts">, created: readonly string[]): Bind[] =>
  bindsOf(service).filter(({ path }) => !created.some((directory) => isWithin(path, directory)));

/** Whether a path is a directory, or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
