import { shellWord } from "../notation/shell-quote.ts";
import { readdir, readlink, stat } from "node:fs/promises";
import type { NotLookedAt } from "../findings/gap.ts";

import type { Finding } from "../findings/finding.ts";
import { instruction, shell } from "../findings/remedy.ts";
import { isFileName } from "../notation/file-name.ts";
import { type Bind, bindsOf, createdPaths, isWithin, requiredBinds } from "../deployment/binds.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { standsFor } from "../deployment/labels.ts";
import type { HostSnapshot } from "./snapshot.ts";

/**
 * The sources of bind mounts. Docker creates an empty directory where one is missing, so a mistyped path, a file that was
 * not copied or a disk that is not mounted shows only when the app is down or starts without its data.
 */

export interface BindSources {
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** What a path of this machine is. */
type PathReport =
  | { readonly kind: "file" | "directory" | "empty directory" }
  /** Nothing can be mounted from there. */
  | { readonly kind: "unusable"; readonly why: string; readonly absent: boolean }
  | { readonly kind: "unknown"; readonly why: string };

/** The bind mounts of deployments that are about to come up whose sources are missing on their host. */
export async function bindSources(
  hosts: readonly HostSnapshot[],
  deployments: readonly Realization[],
): Promise<BindSources> {
  const paths = new Map<string, Promise<PathReport>>();
  const reportOf = (path: string): Promise<PathReport> => {
    const report = paths.get(path) ?? observePath(path);
    paths.set(path, report);
    return report;
  };
  const found = deployments.flatMap((deployment) => {
    const host = hosts.find(({ endpoint }) => endpoint.id === deployment.endpoint.id);
    return host === undefined
      ? []
      : requiredOf(deployment, host).map(async ([bind, container]): Promise<BindSources> => {
          const about = aboutOf(deployment, container, bind);
          return host.elsewhere === undefined
            ? local(about, bind, deployment, await reportOf(bind.path))
            : { findings: remote(about, bind, host), notLookedAt: [] };
        });
  });
  const all = await Promise.all(found);
  return {
    findings: all.flatMap(({ findings }) => findings),
    notLookedAt: all.flatMap(({ notLookedAt }) => notLookedAt),
  };
}

/**
 * What a deployment mounts from its host and Docker is not to create, each path once. The containers of a stopped
 * deployment that are there stay as they are.
 */
function requiredOf(deployment: Realization, host: HostSnapshot): [Bind, Container][] {
  const created = createdPaths(deployment);
  const paths = new Map<string, [Bind, Container]>();
  for (const container of deployment.containers) {
    const isThere = host.containers.some(({ labels }) => standsFor(labels, container, deployment));
    const stays = !deployment.running && isThere;
    for (const bind of stays ? [] : requiredBinds(container, created))
      if (!paths.has(bind.path)) paths.set(bind.path, [bind, container]);
  }
  return [...paths.values()];
}

type About = Pick<Finding, "code" | "kind" | "key" | "wanted">;

const aboutOf = ({ stack }: Realization, { service }: Container, { path, source }: Bind): About => ({
  code: "bind-source-missing",
  kind: "hostPath",
  key: path,
  wanted: { stack, service, ...source },
});

function local(about: About, bind: Bind, deployment: Realization, report: PathReport): BindSources {
  const { path, source } = bind;
  if (report.kind === "unknown")
    return { findings: [], notLookedAt: [{ what: `bind mount of ${path}`, why: report.why }] };
  if (report.kind === "unusable") {
    const creation = report.absent
      ? creationOf(bind)
      : { remedy: instruction(`correct it, or the path in ${source.file}`) };
    return { findings: [{ ...about, severity: "error", message: report.why, ...creation }], notLookedAt: [] };
  }
  const findings = report.kind === "empty directory" ? emptyDirectory(about, bind, deployment) : [];
  return { findings, notLookedAt: [] };
}

function creationOf({ path, readOnly, source }: Bind): Pick<Finding, "remedy" | "remedyNote"> {
  if (isFileName(path)) return { remedy: instruction(`create the file, or correct the path in ${source.file}`) };
  if (readOnly) return { remedy: instruction(`put there what it is to read, or correct the path in ${source.file}`) };
  return {
    remedy: shell("mkdir", "-p", path),
    remedyNote: `or correct the path in ${source.file}; with bind: { create_host_path: true } in its long form Docker creates it`,
  };
}

/** What a Docker that found nothing there has left. One for writing may well begin empty. */
function emptyDirectory(about: About, { path, readOnly }: Bind, { services }: Realization): Finding[] {
  const warning = { ...about, severity: "warning" } as const;
  if (isFileName(path))
    return [
      {
        ...warning,
        message: "it is an empty directory, as Docker creates it in the place of a missing file",
        remedy: shell("rmdir", path),
        remedyNote: "and create the file; the containers that mount it have to be stopped before",
      },
    ];
  const isFilled = services
    .flatMap(bindsOf)
    .some((other) => !other.readOnly && (isWithin(path, other.path) || isWithin(other.path, path)));
  return !readOnly || isFilled
    ? []
    : [
        {
          ...warning,
          message: "it is an empty directory, as Docker creates it where there is none, and mounted read-only",
          remedy: instruction(`put there what ${about.wanted?.service ?? "it"} is to read`),
        },
      ];
}

/** What a container of that host mounts was there, or is now. */
function remote(about: About, { path }: Bind, { endpoint, elsewhere, containers }: HostSnapshot): Finding[] {
  const isMounted = containers.some(({ directories }) => directories.some((directory) => directory.path === path));
  if (isMounted) return [];
  const where = /^ssh:\/\/(?<user>[^@/]+@)?(?<host>[^:/]+)(?::(?<port>\d+))?/.exec(endpoint.url)?.groups;
  const port = where?.["port"] === undefined ? [] : ["-p", where["port"]];
  return [
    {
      ...about,
      severity: "warning",
      message: `not checked: ${elsewhere}; if it does not exist there, Docker creates an empty directory in its place`,
      remedy:
        where === undefined
          ? instruction("make sure that it exists on the host")
          : shell("ssh", ...port, `${where["user"] ?? ""}${where["host"] ?? ""}`, "ls", "-ld", shellWord(path)),
    },
  ];
}

async function observePath(path: string): Promise<PathReport> {
  try {
    if (!(await stat(path)).isDirectory()) return { kind: "file" };
  } catch (error) {
    return failed(path, error as NodeJS.ErrnoException);
  }
  // Who may not list it still mounts it.
  const names = await readdir(path).catch(() => undefined);
  return { kind: names?.length === 0 ? "empty directory" : "directory" };
}

async function failed(path: string, { code, message }: NodeJS.ErrnoException): Promise<PathReport> {
  const unusable = (why: string): PathReport => ({ kind: "unusable", why, absent: false });
  switch (code) {
    case "ENOENT": {
      const link = await readlink(path).catch(() => undefined);
      if (link !== undefined) return unusable(`it is a symbolic link to ${link}, which does not exist`);
      const why = "it does not exist on this machine; Docker would create an empty directory in its place";
      return { kind: "unusable", why, absent: true };
    }
    case "ENOTDIR":
      return unusable("it cannot exist: a part of the path is a file");
    case "ELOOP":
      return unusable("it is part of a circle of symbolic links");
    case "ENAMETOOLONG":
      return unusable("its name is too long");
    case "EACCES":
      return { kind: "unknown", why: "permission denied" };
    default:
      return { kind: "unknown", why: message };
  }
}
