import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/**
 * The file in which Pulumi keeps the state of a stack in a `file://` backend; undefined where there is none. It may be
 * compressed (`PULUMI_DIY_BACKEND_GZIP`); of two, the engine reads the newer one.
 */
export function stateFileIn(folder: string, project: string, stack: string): string | undefined {
  const file = join(folder, ".pulumi", "stacks", project, `${stack}.json`);
  const [newest] = [file, `${file}.gz`]
    .filter((path) => existsSync(path))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  return newest;
}

/** Whether a file of the engine or a copy of it is compressed. */
export const isCompressed = (path: string): boolean => /\.gz(?:\.bak)?$/.test(path);

/** The object in a file of the engine. @throws where it is cut off */
export function stateObject(path: string): unknown {
  const bytes = readFileSync(path);
  return JSON.parse((isCompressed(path) ? gunzipSync(bytes) : bytes).toString("utf8"));
}
