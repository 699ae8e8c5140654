import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { confined, readBytes, UnreadableFile } from "./read-text.ts";

/** As much as is put into a container at once: the engine keeps all of it in the state. */
const mostFiles = 200;
const mostBytes = 1024 * 1024;

/** What is at a path, links followed. */
export function lookAt(path: string): { kind: "file" | "directory" | "missing" | "other" } | Refused {
  try {
    const status = statSync(confined(path));
    return { kind: status.isFile() ? "file" : status.isDirectory() ? "directory" : "other" };
  } catch (error) {
    if (error instanceof UnreadableFile) return { kind: "refused", why: error.reason };
    const { code } = error as NodeJS.ErrnoException;
    return { kind: code === "ENOENT" && !isLink(path) ? "missing" : "other" };
  }
}

/** A link that leads nowhere is there, and was meant. */
const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

interface Refused {
  readonly kind: "refused";
  readonly why: string;
}

interface ReadFile {
  readonly path: string;
  readonly content: string;
  readonly isBinary: boolean;
  readonly isExecutable: boolean;
}

/** The file at a path, or all files below it, links followed; a folder of more than 200 files or 1 MiB is not read. */
export function filesAt(
  path: string,
): { kind: "files"; files: readonly ReadFile[] } | { kind: "unreadable"; why: string } {
  try {
    const paths = lookAt(path).kind === "directory" ? below(path, "") : [""];
    let room = mostBytes;
    const files = paths.map((each) => {
      const bytes = readBytes(join(path, each));
      room -= bytes.length;
      if (room < 0) throw new UnreadableFile("holds more than 1 MiB", "EFBIG");
      const isBinary = !isUtf8(bytes) || bytes.includes(0);
      const isExecutable = (statSync(join(path, each)).mode & 0o100) !== 0;
      return { path: each, content: bytes.toString(isBinary ? "base64" : "utf8"), isBinary, isExecutable };
    });
    return { kind: "files", files };
  } catch (error) {
    if (error instanceof UnreadableFile) return { kind: "unreadable", why: error.reason };
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return { kind: "unreadable", why: `cannot be read (${code})` };
  }
}

function below(root: string, folder: string, depth = 0): string[] {
  if (depth > 16) throw new UnreadableFile("holds folders of more than 16 levels", "ELOOP");
  const paths = readdirSync(confined(join(root, folder)))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const { kind } = lookAt(join(root, path));
      return kind === "directory" ? below(root, path, depth + 1) : [path];
    });
  if (paths.length > mostFiles) throw new UnreadableFile(`holds more than ${mostFiles} files`, "EFBIG");
  return paths;
}
