import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readText } from "../disk/read-text.ts";
import { stackFileName } from "../config/stack-file.ts";
import { berth, instruction, sequence, shell, steps } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";
import { withProjectLock } from "../engine/project-lock.ts";
import { writeFiles } from "../disk/write-files.ts";

/** Milliseconds for which an empty file may be one that another program is writing, as `pulumi config set` does. */
const settling = 2_000;
const mostTries = 10;

/**
 * Changes the text of a stack file in one step: a reader meets the old one or the new one, and no change that is made at
 * the same time is lost. Its mode stays. The engine writes stack files in place and without berth's lock: an empty file
 * is read again, and where the text changed before it is replaced, the edit is done on the new one.
 * @throws Stopped where the file stays empty: the edit would make a file of that key alone.
 */
export const editStackFile = (
  root: string,
  stack: string,
  edit: (text: string) => string,
  patience = settling,
): Promise<void> =>
  withProjectLock(root, async () => {
    const path = realpathSync(join(root, stackFileName(stack)));
    for (let tries = 0; tries < mostTries; tries += 1) {
      const before = await settled(path, stack, patience);
      const text = edit(before);
      if (text === before) return;
      const file = { path: basename(path), text, mode: statSync(path).mode & 0o777 };
      if (writeFiles(dirname(path), [file], () => readText(path) === before).length > 0) return;
    }
    throw new Stopped(
      "locked",
      `another program keeps changing ${stackFileName(stack)}`,
      instruction("wait until it ends, and run this again"),
    );
  });

/** The text of a file once it is not empty. */
async function settled(path: string, stack: string, patience: number): Promise<string> {
  for (const end = Date.now() + patience; ;) {
    const text = readText(path);
    if (text.trim() !== "") return text;
    const file = stackFileName(stack);
    if (Date.now() >= end)
      throw new Stopped(
        "mistake",
        `${file} is empty, and left as it is:`,
        steps(
          instruction("restore it:"),
          shell("git", "checkout", "--", file),
          instruction("or, where it never held anything:"),
          sequence(shell("rm", file), berth("new", stack)),
        ),
      );
    await wait(20);
  }
}
