import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ignoredByGit } from "./private-files.ts";
import { notWritten } from "./write-files.ts";

/**
 * Creates directories that Docker would create as root: then a later command could not write beside them.
 * @throws NotReached where one cannot be created
 */
export function makeOwnDirectories(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw notWritten(path, error);
    }
    ignoredByGit(join(path.slice(0, path.indexOf("/.berth/data/")), ".berth"));
  }
}
