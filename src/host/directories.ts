import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a directory holds that a deployment is to fill. */
export type DirectoryReport =
  | { readonly kind: "absent" | "empty" | "foreign"; readonly owner?: undefined }
  /** A deployment of berth filled it: `<organization>/<project>/<stack>`. */
  | { readonly kind: "ours"; readonly owner: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** In a directory that berth fills: the first line is the id of the deployment. */
const markerFile = ".berth";

/** Looks at a directory of this machine. */
export async function observeDirectory(path: string): Promise<DirectoryReport> {
  try {
    const names = await readdir(path);
    if (names.length === 0) return { kind: "empty" };
    if (!names.includes(markerFile)) return { kind: "foreign" };
    const owner = (await readFile(join(path, markerFile), "utf8")).split("\n", 1)[0]?.trim();
    return owner ? { kind: "ours", owner } : { kind: "foreign" };
  } catch (error) {
    return failed(path, error as NodeJS.ErrnoException);
  }
}

function failed(path: string, { code, message }: NodeJS.ErrnoException): DirectoryReport {
  switch (code) {
    case "ENOENT":
      return { kind: "absent" };
    case "ENOTDIR":
      return { kind: "unknown", reason: `${path} is not a directory` };
    case "EACCES":
      return { kind: "unknown", reason: `permission denied on ${path}` };
    default:
      return { kind: "unknown", reason: message };
  }
}
