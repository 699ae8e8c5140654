import { createHash, type Hash } from "node:crypto";
import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import dockerignoreModule from "@balena/dockerignore";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import { confined, readText, UnreadableFile } from "./read-text.ts";

/** What is sent to Docker for a build. */
export interface BuildContext {
  readonly kind: "here";
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Where the Dockerfile is in what is sent. */
  readonly dockerfile: string;
  /** A hash of all of it: paths, contents, links and the right to execute. */
  readonly digest: string;
  readonly bytes: number;
  /** Whether a .dockerignore says what is left out. */
  readonly ignores: boolean;
}

/** A context that cannot be sent, and why: `is not there`; `about` names what is meant. */
export interface NoContext {
  readonly kind: "missing";
  readonly about: string;
  readonly reason: string;
}

export interface ContextWish {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Path of the Dockerfile, relative to the folder; it may be outside of it. */
  readonly dockerfile: string;
  /** The Dockerfile's own text, instead of a file. */
  readonly inline?: string;
  /** Absolute path of the Pulumi project: its state, its secrets and its stack files are never sent. */
  readonly project?: string;
}

// The package is CommonJS with a default export of its own.
const dockerignore = dockerignoreModule.default;

interface Entry {
  /** With slashes, relative to the context. */
  readonly path: string;
  readonly absolute: string;
  readonly stats: Stats;
}

/** The name under which a Dockerfile is sent that is not part of the context: Docker's own does likewise. */
const sentDockerfile = ".berth.Dockerfile";

/** Reads a build's context to know what distinguishes it from others; nothing is sent. */
export function readBuildContext(wish: ContextWish): BuildContext | NoContext {
  try {
    const { entries, dockerfile, outside, ignores } = contextOf(wish);
    const hash = createHash("sha256");
    let bytes = 0;
    for (const entry of entries) bytes += addTo(hash, entry);
    if (outside !== undefined) hash.update(`\0${sentDockerfile}\0${outside}`);
    return { kind: "here", folder: wish.folder, dockerfile, digest: hash.digest("hex"), bytes, ignores };
  } catch (error) {
    if (error instanceof UnreadableFile) return { kind: "missing", about: aboutOf(error, wish), reason: error.reason };
    const { code = "", path = wish.folder } = error as NodeJS.ErrnoException;
    if (code === "") throw error;
    return {
      kind: "missing",
      about: path,
      reason: code === "EACCES" ? "permission denied" : `cannot be read (${code})`,
    };
  }
}

/** The context as a tar archive, and where the Dockerfile is in it. @throws the system's error, or an UnreadableFile */
export function packBuildContext(wish: ContextWish): { readonly archive: Pack; readonly dockerfile: string } {
  const { entries, dockerfile, outside } = contextOf(wish);
  const archive = pack();
  void (async () => {
    for (const entry of entries) await addEntry(archive, entry);
    if (outside !== undefined) archive.entry({ name: sentDockerfile, mtime: new Date(0) }, outside);
    archive.finalize();
  })().catch((error: unknown) => archive.destroy(error as Error));
  return { archive, dockerfile };
}

interface Content {
  readonly entries: readonly Entry[];
  readonly dockerfile: string;
  /** The text of a Dockerfile that is not part of the context. */
  readonly outside: string | undefined;
  readonly ignores: boolean;
}

class AboutFile extends UnreadableFile {
  constructor(
    readonly path: string,
    cause: UnreadableFile,
  ) {
    super(cause.reason, cause.code);
  }
}

const aboutOf = (error: UnreadableFile, { folder }: ContextWish): string =>
  error instanceof AboutFile ? error.path : folder;

function contextOf({ folder, dockerfile, inline, project }: ContextWish): Content {
  const status = lstatOf(confined(folder));
  if (!status.isDirectory()) throw new AboutFile(folder, new UnreadableFile("is not a folder", "ENOTDIR"));
  const path = resolve(folder, dockerfile);
  const isInside = path.startsWith(folder + sep);
  const text = inline ?? reading(path);
  const own = relative(folder, path).split(sep).join("/");
  const ignore = ignoreOf(folder, inline === undefined ? path : undefined);
  const isSent = isInside && inline === undefined;
  // Docker always sends these two, whatever is left out.
  const kept = new Set([".dockerignore", ...(isSent ? [own] : [])]);
  const entries: Entry[] = [];
  walk({ folder, isPrivate: privateIn(folder, project), ignore, kept }, "", entries);
  return {
    entries,
    dockerfile: isSent ? own : sentDockerfile,
    outside: isSent ? undefined : text,
    ignores: ignore !== undefined,
  };
}

function reading(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw error instanceof UnreadableFile ? new AboutFile(path, error) : error;
  }
}

function lstatOf(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new AboutFile(path, new UnreadableFile("does not exist", "ENOENT"));
  }
}

interface Ignore {
  readonly leavesOut: (path: string) => boolean;
  /** Whether nothing below what is left out is kept after all. */
  readonly isWhole: boolean;
}

/** `NAME.dockerignore` beside the Dockerfile NAME goes before the context's own. */
function ignoreOf(folder: string, dockerfile: string | undefined): Ignore | undefined {
  const candidates = [
    ...(dockerfile === undefined ? [] : [join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)]),
    join(folder, ".dockerignore"),
  ];
  for (const candidate of candidates) {
    try {
      const text = readText(candidate);
      const matcher = dockerignore().add(text);
      const isWhole = !/^\s*!/m.test(text);
      return { leavesOut: (path) => matcher.ignores(path), isWhole };
    } catch (error) {
      if (!(error instanceof UnreadableFile) || error.code !== "ENOENT") throw error;
    }
  }
  return undefined;
}

/** What changes with each update, or is nobody else's business, of a project that is in the context or is it. */
function privateIn(folder: string, project: string | undefined): (path: string) => boolean {
  const at = project === undefined ? ".." : relative(folder, project).split(sep).join("/");
  if (at.startsWith("..")) return () => false;
  const inside = at === "" ? "" : `${at}/`;
  const names = new Set([".state", ".berth", ...(at === "" ? [] : ["node_modules"])]);
  return (path) => {
    if (!path.startsWith(inside)) return false;
    const name = path.slice(inside.length);
    return names.has(name) || /^Pulumi\.[^/]+\.ya?ml$/.test(name);
  };
}

interface Walk {
  readonly folder: string;
  readonly isPrivate: (path: string) => boolean;
  readonly ignore: Ignore | undefined;
  readonly kept: ReadonlySet<string>;
}

function walk(context: Walk, at: string, to: Entry[]): void {
  const { folder, isPrivate, ignore, kept } = context;
  for (const name of readdirSync(join(folder, at)).sort()) {
    const path = at === "" ? name : `${at}/${name}`;
    if (isPrivate(path)) continue;
    const absolute = join(folder, path);
    const stats = lstatSync(absolute);
    const isKept = kept.has(path) || ignore?.leavesOut(path) !== true;
    const holdsKept = [...kept].some((one) => one.startsWith(`${path}/`));
    // Docker leaves out sockets; a pipe or a device would be read without end.
    const isSent = stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
    if (isKept && isSent) to.push({ path, absolute, stats });
    if (stats.isDirectory() && (isKept || holdsKept || ignore?.isWhole === false)) walk(context, path, to);
  }
}

/** @returns the bytes of its content */
function addTo(hash: Hash, { path, absolute, stats }: Entry): number {
  const kind = stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "file";
  hash.update(`\0${path}\0${kind}\0${stats.isFile() && (stats.mode & 0o111) !== 0 ? "x" : ""}\0`);
  if (stats.isSymbolicLink()) hash.update(readlinkSync(absolute));
  if (!stats.isFile()) return 0;
  hash.update(`${stats.size}\0`);
  const file = openSync(absolute, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(1 << 20, Math.max(stats.size, 1)));
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer))
      hash.update(buffer.subarray(0, count));
  } finally {
    closeSync(file);
  }
  return stats.size;
}

/** Times go along as Docker sends them; neither builder compares them. */
async function addEntry(archive: Pack, { path, absolute, stats }: Entry): Promise<void> {
  const header = { name: path, mode: stats.mode & 0o7777, mtime: stats.mtime };
  if (stats.isDirectory()) archive.entry({ ...header, type: "directory" });
  else if (stats.isSymbolicLink()) archive.entry({ ...header, type: "symlink", linkname: readlinkSync(absolute) });
  else {
    const entry = archive.entry({ ...header, type: "file", size: stats.size });
    await pipeline(createReadStream(absolute), entry);
  }
}
