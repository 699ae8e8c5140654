import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import type { Device, Isolation } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { normalPath } from "../notation/path.ts";

/** The keys of a service by which it shares more with its host than a container does by itself. */
export const isolationKeys = [
  "privileged",
  "pid",
  "ipc",
  "userns_mode",
  "cgroup",
  "cgroup_parent",
  "devices",
  "group_add",
] as const satisfies readonly (keyof ComposeService)[];

/** What a service shares with its host; undefined where it shares nothing, and Docker decides the rest. */
export function isolationOf(
  compose: Pick<ComposeService, (typeof isolationKeys)[number]>,
  path: Path,
  filler: Filler,
): Isolation | undefined {
  const one = <T extends string>(key: "pid" | "ipc" | "userns_mode" | "cgroup", ...known: T[]): T | undefined =>
    filler.parsed(
      isShared(compose[key]) ? undefined : compose[key] || undefined,
      [...path, key],
      (text) => known.find((word) => word === text),
      known.join(", "),
    );
  const isolation: Isolation = {
    privileged: filler.flag(compose.privileged, [...path, "privileged"]) || undefined,
    pid: one("pid", "host"),
    ipc: one("ipc", "host", "private", "shareable", "none"),
    usersOf: one("userns_mode", "host"),
    controlGroups: one("cgroup", "host", "private"),
    parent: filler.parsed(compose.cgroup_parent || undefined, [...path, "cgroup_parent"], controlGroup, parentAllowed),
    devices: some((compose.devices ?? []).flatMap((each, index) => device(each, [...path, "devices", index], filler))),
    groups: some([
      ...new Set(
        (compose.group_add ?? []).flatMap((name, index) => group(name, [...path, "group_add", index], filler)),
      ),
    ]),
  };
  return Object.values(isolation).every((value) => value === undefined) ? undefined : isolation;
}

/** Whether it is another container's: see namespaces.ts. */
const isShared = (written: string | null | undefined): boolean => /^(?:service|container):/.test(written ?? "");

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

const parentAllowed = "the name or path of a control group, for example /berth or berth.slice";
const controlGroup = (text: string): string | undefined => (/^[\w./@:-]+$/.test(text) ? text : undefined);

const deviceAllowed = "/dev/name, /dev/name:/dev/other or /dev/name:/dev/other:rwm";

/** Written out, as the daemon keeps it. */
function device(written: NonNullable<ComposeService["devices"]>[number], path: Path, filler: Filler): Device[] {
  const [source = "", second, third, ...more] =
    typeof written === "string" ? written.split(":") : [written.source, written.target, written.permissions];
  // Two parts may be a device and what it may do: /dev/fuse:rw.
  const isShort = third === undefined && second !== undefined && isAccess(second);
  const target = (isShort ? undefined : second) ?? source;
  const access = (isShort ? second : third) ?? "rwm";
  if (more.length > 0 || !source.startsWith("/") || !target.startsWith("/") || !isAccess(access)) {
    filler.wrong(path, `found ${quoted(written)}`, deviceAllowed);
    return [];
  }
  return [{ path: normalPath(source), target: normalPath(target), access }];
}

const isAccess = (text: string): boolean => /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;

function group(name: string, path: Path, filler: Filler): string[] {
  if (/^[^\s:]+$/.test(name)) return [name];
  filler.wrong(path, `found ${quoted(name)}`, "a name or number of a group");
  return [];
}
