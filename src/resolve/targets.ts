import type { Blueprint } from "../blueprint/blueprint.ts";
import type { Finding, Source } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Service } from "../deployment/deployment.ts";
import { normalPath } from "../notation/path.ts";

/** Something at a path of a container. */
interface Target {
  readonly kind: "volume" | "directory" | "tmpfs" | "file";
  readonly path: string;
  readonly readOnly: boolean;
  readonly source: Source;
}

/**
 * Paths of a container at which Docker can put nothing, not twice, or not where something else is: it finds most of it
 * only when it starts the container, and a file that a tmpfs covers never.
 */
export function targetFindings(services: readonly Service[], blueprint: Blueprint): Finding[] {
  return services.flatMap((service) => {
    const targets = targetsOf(service, blueprint);
    return [
      ...targets.flatMap(impossible),
      ...repeated(targets),
      ...targets.flatMap((target) => unreachable(target, targets, service)),
    ];
  });
}

const targetsOf = ({ key, mounts, temporary, files }: Service, { source: sourceOf }: Blueprint): Target[] => [
  ...mounts.map(({ kind, target: path, readOnly, source }): Target => ({ kind, path, readOnly, source })),
  ...temporary.map(({ target, source }, index): Target => ({
    kind: "tmpfs",
    path: normalPath(target),
    readOnly: false,
    source: source ?? sourceOf(["services", key, "tmpfs", index]),
  })),
  ...files.map(({ target: path, source }): Target => ({ kind: "file", path, readOnly: false, source })),
];

/** Files that the kernel alone writes, but for a few that runc lets others cover (checkProcMount of runc, rootfs_linux.go). */
const coverable =
  /^\/proc\/(?:cpuinfo|diskstats|meminfo|stat|swaps|uptime|loadavg|slabinfo|net\/dev|sys\/kernel\/ns_last_pid)$/;

function impossible({ kind, path, source }: Target): Finding[] {
  const isProcess = path === "/proc" || path.startsWith("/proc/");
  if (path === "/") return [mistake(source, "/ is the container's whole file system", "a path below /")];
  if (isProcess && !(kind === "directory" && coverable.test(path)))
    return [mistake(source, `${path} belongs to the kernel`, "a path outside /proc")];
  if (path === "/dev" && (kind === "tmpfs" || kind === "volume"))
    return [mistake(source, "/dev holds the container's devices", "a path below /dev, for example /dev/shm")];
  if (/^\/etc\/(?:hosts|hostname|resolv\.conf)$/.test(path) && (kind === "tmpfs" || kind === "volume"))
    return [mistake(source, `${path} is a file that Docker writes, found a ${kind}`, "a directory")];
  return [];
}

function repeated(targets: readonly Target[]): Finding[] {
  return targets.flatMap((target, index) => {
    const other = targets.slice(0, index).find(({ path }) => path === target.path);
    if (other === undefined) return [];
    return [mistake(target.source, `${target.path} is also the target of ${other.source.path}`, "one target each")];
  });
}

/** Docker writes files into a container before it starts: where that is not allowed it fails, and what is mounted later hides them. */
function unreachable({ kind, path, source }: Target, targets: readonly Target[], { readOnly }: Service): Finding[] {
  if (kind !== "file") return [];
  const around = targets
    .filter((other) => other.kind !== "file" && path.startsWith(`${other.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (readOnly)
    return [mistake(source, "Docker writes no file into a root file system that is read-only", "read_only: false")];
  if (around?.kind === "tmpfs")
    return [mistake(source, `the tmpfs ${around.path} would hide ${path}`, `a target outside ${around.path}`)];
  if (around?.readOnly === true)
    return [mistake(source, `${path} is inside ${around.path}, which is mounted read-only`, "a target outside it")];
  return [];
}
