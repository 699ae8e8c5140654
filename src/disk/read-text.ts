import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from "node:fs";
import { resolve, sep } from "node:path";
import { ownValue } from "../notation/own-value.ts";

/** Twice the largest file that Docker takes for a config; what a person writes has a few thousand bytes. */
const mostBytes = 1024 * 1024;

/**
 * Names the folder outside of which nothing is read, links included: set where the files are not trusted, as in the
 * preview of a pull request.
 */
const confinement = "BERTH_READ_WITHIN";

/** A file that is not read, in words that quote nothing of it. */
export class UnreadableFile extends Error {
  constructor(
    /** For example `is a folder`, `is larger than 1 MiB`. */
    readonly reason: string,
    /** The system's own code (`ENOENT`, `EACCES` …), or `EINVAL` where the file is not one to read. */
    readonly code: string,
  ) {
    super(reason);
  }
}

/**
 * Reads a file that a person supplies, and nothing else: a named pipe would be waited for without end, and a device or a
 * file of any size would fill the memory.
 * @param within the folder that the file has to be in, links included; any if empty
 * @throws UnreadableFile
 */
export function readText(path: string, within = process.env[confinement] ?? ""): string {
  const content = readBytes(path, within);
  if (!isUtf8(content)) throw new UnreadableFile("is not text in UTF-8", "EINVAL");
  return content.toString("utf8");
}

/** The same of a file that need not be text. @throws UnreadableFile */
export function readBytes(path: string, within = process.env[confinement] ?? ""): Buffer {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    file = openSync(confined(path, within), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return bytesOf(file);
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new UnreadableFile(ownValue(reasons, code) ?? `cannot be read (${code})`, code);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "cannot be read: permission denied",
  ELOOP: "is a link that leads to itself",
  ENXIO: "is a socket or a device, not a file",
};

function bytesOf(file: number): Buffer {
  const status = fstatSync(file);
  if (!status.isFile()) throw new UnreadableFile(`is ${kindOf(status)}`, status.isDirectory() ? "EISDIR" : "EINVAL");
  let bytes = Buffer.allocUnsafe(Math.min(status.size, mostBytes) + 1);
  let length = 0;
  for (;;) {
    const room = bytes.length - length;
    const count = readSync(file, bytes, length, room, null);
    length += count;
    if (length > mostBytes) throw new UnreadableFile("is larger than 1 MiB", "EINVAL");
    if (count === 0 || (count < room && length >= status.size)) break;
    // It has no size (as in /proc), or grows: it is read to its end, as far as the limit.
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length + 4096, mostBytes + 1));
  }
  return bytes.subarray(0, length);
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return "a folder";
  if (status.isFIFO()) return "a named pipe, not a file";
  return status.isSocket() ? "a socket, not a file" : "a device, not a file";
}

/** @returns the path to open. @throws UnreadableFile where it leads out of the folder that is not to be left. */
export function confined(path: string, folder = process.env[confinement] ?? ""): string {
  if (folder === "") return path;
  const isWithin = (one: string, root: string): boolean => one === root || one.startsWith(root + sep);
  const outside = new UnreadableFile(`is outside of ${folder}, and ${confinement} forbids reading there`, "EPERM");
  if (!isWithin(resolve(path), resolve(folder))) throw outside;
  const target = realpathSync(path);
  if (!isWithin(target, realpathSync(folder))) throw outside;
  return target;
}
