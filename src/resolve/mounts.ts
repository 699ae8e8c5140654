import type { ComposeService } from "../blueprint/blueprint.ts";
import { instruction } from "../findings/remedy.ts";
import { closest } from "../findings/suggest.ts";
import type { ContainerFile, Mount, TemporaryFileSystem } from "../deployment/deployment.ts";
import { isPath, isWindowsPath, mountSpec, propagations } from "../notation/mount-spec.ts";
import { normalPath } from "../notation/path.ts";
import { bytes, sizeAllowed } from "../notation/quantities.ts";
import { quoted } from "../notation/quoted.ts";
import { bindOf } from "./binds.ts";
import type { Filler, Path } from "./interpolate.ts";
import type { Context } from "./service.ts";
import { anonymousVolume, textsOf } from "./volumes.ts";

type ComposeMount = NonNullable<ComposeService["volumes"]>[number];
type LongForm = Exclude<ComposeMount, string>;

/** A mount as it is written, in one form. */
export interface WrittenMount {
  readonly kind: "volume" | "bind" | "tmpfs";
  /** Absent for an anonymous volume. */
  readonly from?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly created?: boolean;
  readonly relabel?: "z" | "Z";
  readonly propagation?: string;
  readonly recursive?: string;
  readonly noCopy?: true;
  readonly subpath?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Options of a file system in memory. */
  readonly options?: string;
  readonly path: Path;
}

/** What the mounts of a service come to. */
export interface Mounted {
  readonly mounts: readonly Mount[];
  readonly temporary: readonly TemporaryFileSystem[];
  /** Content of the blueprint for a host that cannot mount it. */
  readonly files: readonly ContainerFile[];
}

const allowed = "volume:/path, or /host/path:/path, with :ro appended for a read-only mount";

/** Volumes, files and directories of the host, and file systems in memory under `volumes:`. */
export function mountsOf(key: string, compose: ComposeService, context: Context): Mounted {
  const { filler } = context;
  const written = (compose.volumes ?? []).flatMap((mount, index): WrittenMount[] => {
    const path = ["services", key, "volumes", index];
    const one = typeof mount === "string" ? shortForm(mount, path, filler) : longForm(mount, path, filler);
    return one === undefined ? [] : [one];
  });
  const made = lastOfEach(written, filler).map((mount) => mountOf(key, mount, context));
  return {
    mounts: made.flatMap(({ mounts = [] }) => mounts),
    temporary: made.flatMap(({ temporary = [] }) => temporary),
    files: made.flatMap(({ files = [] }) => files),
  };
}

/** Of several mounts at one target the last one counts, as in Compose. */
function lastOfEach(mounts: readonly WrittenMount[], filler: Filler): WrittenMount[] {
  return mounts.filter(({ target, path }, index) => {
    const later = mounts.slice(index + 1).find((other) => other.target === target);
    if (later !== undefined)
      filler.warn(path, `${target} is mounted again below, and that mount counts`, "one of them");
    return later === undefined;
  });
}

function mountOf(key: string, written: WrittenMount, context: Context): Partial<Mounted> {
  const { blueprint, volumes, external } = context;
  const { kind, from, target, readOnly, noCopy, subpath, labels, options = "", path } = written;
  const source = blueprint.source(path);
  if (kind === "tmpfs") return { temporary: [{ target, options, source }] };
  if (kind === "bind") return bindOf(key, { ...written, from: from ?? "" }, context);
  const name =
    from === undefined
      ? anonymousVolume(key, target, source, context).name
      : [...volumes, ...external].find((volume) => volume.key === from)?.name;
  if (name === undefined) {
    missingVolume(from ?? "", path, context);
    return {};
  }
  const more = { ...(noCopy && { noCopy }), ...(subpath !== undefined && { subpath }), ...(labels && { labels }) };
  return { mounts: [{ kind: "volume", volume: name, target, readOnly, ...more, source }] };
}

function missingVolume(name: string, path: Path, { filler, blueprint }: Context): void {
  const known = Object.keys(blueprint.volumes);
  const nearest = closest(name, known);
  filler.wrong(
    path,
    `there is no volume ${name}`,
    known.join(", ") || undefined,
    instruction(
      nearest === undefined ? `declare it in ${blueprint.file}: volumes: { ${name}: }` : `write ${nearest} for ${name}`,
    ),
  );
}

function shortForm(text: string, path: Path, filler: Filler): WrittenMount | undefined {
  const spec = mountSpec(text);
  if (spec === undefined) {
    filler.wrong(path, `found ${quoted(text)}`, allowed);
    return undefined;
  }
  const { source, target, readOnly, noCopy, relabel, propagation, unknown } = spec;
  for (const option of unknown)
    filler.warn(path, `the option ${quoted(option)} of a mount means nothing to Compose`, "ro, rw, z, Z, nocopy");
  const kind = source !== undefined && isPath(source) ? "bind" : "volume";
  const common = { kind, readOnly, path, ...(relabel && { relabel }), ...(propagation && { propagation }) } as const;
  // Compose takes one letter and a colon for a drive of Windows: Docker refuses what remains, and its words say less.
  if (source === undefined && /^[a-z]:/i.test(target)) {
    const name = target.slice(0, 1);
    filler.warn(
      path,
      `Compose reads ${target} as a path of Windows, not as the volume ${name}, and Docker refuses it`,
      `{ type: volume, source: ${name}, target: ${target.slice(2)} }`,
    );
    return { ...common, target };
  }
  return placed(
    { ...common, ...(source !== undefined && { from: source }), target, ...(noCopy && { noCopy }) },
    text,
    filler,
  );
}

function longForm(mount: LongForm, path: Path, filler: Filler): WrittenMount | undefined {
  const { type, source, target, read_only, bind, volume, tmpfs } = mount;
  if (type === "npipe" || type === "cluster" || type === "image") {
    filler.wrong([...path, "type"], `found ${type}: ${unsupported[type]}`, "volume, bind or tmpfs");
    return undefined;
  }
  if (type === "bind" && (source ?? "") === "") {
    filler.wrong(path, "a bind mount without a source", "source: a path of the host");
    return undefined;
  }
  if (type === "volume" && source !== undefined && isPath(source)) {
    filler.wrong([...path, "source"], `${source} is a path, not a volume`, "type: bind for it, or a volume");
    return undefined;
  }
  const flag = (written: boolean | string | undefined, ...key: string[]) => filler.flag(written, [...path, ...key]);
  const created = flag(bind?.create_host_path, "bind", "create_host_path");
  const one = <T extends string>(text: string | undefined, key: string, ...known: readonly T[]): T | undefined =>
    filler.parsed(text, [...path, "bind", key], (word) => known.find((each) => each === word), known.join(", "));
  const relabel = one(bind?.selinux, "selinux", "z", "Z");
  const propagation = one(bind?.propagation || undefined, "propagation", ...propagations);
  const recursive = one(bind?.recursive, "recursive", "enabled", "disabled", "writable", "readonly");
  const readOnly = flag(read_only, "read_only") ?? false;
  const written: WrittenMount = {
    kind: type,
    ...(source && type !== "tmpfs" && { from: source }),
    target,
    readOnly,
    ...(type === "bind" && {
      ...(created !== undefined && { created }),
      ...(relabel && { relabel }),
      ...(propagation && { propagation }),
      ...(recursive && recursive !== "enabled" && { recursive }),
    }),
    ...(type === "volume" && {
      ...(flag(volume?.nocopy, "volume", "nocopy") === true && { noCopy: true as const }),
      ...(volume?.subpath && { subpath: subpathOf(volume.subpath, [...path, "volume", "subpath"], filler) }),
      ...(volume?.labels && { labels: textsOf(volume.labels) }),
    }),
    ...(type === "tmpfs" && { options: optionsOf(tmpfs, readOnly, [...path, "tmpfs"], filler) }),
    path,
  };
  return placed(written, mount, filler);
}

const unsupported = {
  npipe: "a named pipe of Windows",
  cluster: "a volume of a Swarm",
  image: "the engine's provider of Docker mounts no image",
};

function placed(mount: WrittenMount, written: unknown, filler: Filler): WrittenMount | undefined {
  const { from, target, path } = mount;
  if (from !== undefined && isWindowsPath(from)) {
    filler.wrong(path, `${quoted(from)} is a path of Windows`, "a volume, or a path of the Docker host");
    return undefined;
  }
  if (!target.startsWith("/")) {
    filler.wrong(path, `found ${quoted(written)}`, `${allowed}; the target is absolute`);
    return undefined;
  }
  return { ...mount, target: normalPath(target) };
}

function subpathOf(text: string, path: Path, filler: Filler): string {
  const isInside = !text.startsWith("/") && !text.split("/").includes("..");
  if (!isInside) filler.wrong(path, `found ${quoted(text)}`, "a relative path inside the volume");
  return text;
}

function optionsOf(tmpfs: LongForm["tmpfs"], readOnly: boolean, path: Path, filler: Filler): string {
  const size = filler.parsed(tmpfs?.size, [...path, "size"], sizeOf, sizeAllowed);
  const mode = filler.parsed(tmpfs?.mode, [...path, "mode"], modeOf, "an octal mode, for example 01777");
  return [...(size ? [`size=${size}`] : []), ...(mode ? [`mode=${mode}`] : []), ...(readOnly ? ["ro"] : [])].join(",");
}

/** 0 is no limit. */
const sizeOf = (text: string): number | undefined => (/^0+$/.test(text) ? 0 : bytes(text));
const modeOf = (text: string): string | undefined => /^0?([0-7]{1,4})$/.exec(text)?.[1];
