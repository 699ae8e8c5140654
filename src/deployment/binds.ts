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

/** Directories with data of a deployment alone, beside its blueprint: `.berth/data/<stack>/…`. */
export const ownDirectories = (deployment: Deployment): string[] =>
  createdPaths(deployment).filter((path) => path.includes(`/.berth/data/${deployment.stack}/`));

/** The bind mounts of a service whose sources have to be there before its container is created. */
export const requiredBinds = (service: Pick<Workload, "mounts">, created: readonly string[]): Bind[] =>
  bindsOf(service).filter(({ path }) => !created.some((directory) => isWithin(path, directory)));

/**
 * False for what the kernel or the system gives to every container that asks, sockets of daemons, and the whole root,
 * which only monitoring mounts: as claims they would meet every deployment.
 */
export const isOwnable = (path: string): boolean =>
  path !== "/" &&
  !path.endsWith(".sock") &&
  !/^\/(dev|proc|sys)(\/|$)/.test(path) &&
  !["/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/resolv.conf", "/tmp/.X11-unix"].includes(path);

/** Whether a path is a directory, or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
