/** What the app keeps: records as lines of JSON, and files in folders. */
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

const recordsFile = (database) => path.join(database, "records.jsonl");

/**
 * Appends a record, which is on the disk when this resolves. One write, so that records of requests at the same time
 * do not mix; a line that a crash tore is ended first, so that it spoils no other.
 */
export async function addRecord(database, data) {
  const record = { id: randomUUID(), received: new Date().toISOString(), data };
  const file = await open(recordsFile(database), "a+");
  try {
    await file.appendFile(`${(await endsTorn(file)) ? "\n" : ""}${JSON.stringify(record)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return record;
}

async function endsTorn(file) {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== "\n";
}

export async function readRecords(database) {
  const text = await readFile(recordsFile(database), "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap(parseLine);
}

/** No record for the end of the file, nor for a line that a crash tore. */
function parseLine(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** Written beside its place, under a name that cannot be asked for, until it is whole and on the disk. */
export async function writeMedia(folder, name, source) {
  const part = path.join(folder, `.${randomUUID()}.part`);
  try {
    await pipeline(source, createWriteStream(part, { flags: "wx", flush: true }));
    await rename(part, path.join(folder, name));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** A file inside a folder, also once symbolic links are followed; undefined for anything else, hidden files too. */
export async function openInside(folder, name) {
  if (name.includes("\0") || name.split("/").some((part) => part === "" || part.startsWith("."))) return undefined;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path.join(folder, name))]);
    const found = await stat(file);
    if (!file.startsWith(root + path.sep) || !found.isFile()) return undefined;
    return { size: found.size, stream: createReadStream(file) };
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(error.code)) return undefined;
    throw error;
  }
}
