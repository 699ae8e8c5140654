import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stackFileName } from "../config/stack-file.ts";
import { writeFiles } from "./write-files.ts";

/** Changes the text of a stack file in one step: whoever reads it meets the old one or the new one. Its mode stays. */
export function editStackFile(root: string, stack: string, edit: (text: string) => string): void {
  const path = realpathSync(join(root, stackFileName(stack)));
  const before = readFileSync(path, "utf8");
  const text = edit(before);
  if (text === before) return;
  writeFiles(dirname(path), [{ path: basename(path), text, mode: statSync(path).mode & 0o777 }]);
}
