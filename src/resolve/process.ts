import { instruction } from "../findings/remedy.ts";
import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import type { Service } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { composeWords } from "../notation/compose-words.ts";

/** The process of a container: its words, its user, where and on which host it runs. */

const userAllowed = "a name or a number from 0 to 2147483647, with :group behind, for example 1000:1000";

/** The user of the process; undefined where the image decides. Which names there are only the image knows. */
export function userOf(written: string | undefined, path: Path, filler: Filler): string | undefined {
  if (written === undefined || written === "") return undefined;
  const isPossible = (part: string): boolean => !/\s/.test(part) && !(/^-?\d+$/.test(part) && !isId(part));
  if (!written.split(":").every(isPossible) || written.startsWith(":"))
    filler.wrong(path, `found ${quoted(written)}`, userAllowed);
  return written;
}

/** Runc takes no other (MinID and MaxID of moby/sys/user). */
const isId = (text: string): boolean => Number(text) >= 0 && Number(text) <= 2147483647 && !text.startsWith("-");

/** The directory in which the process starts; undefined where the image decides. */
export function workingDirectoryOf(written: string | undefined, path: Path, filler: Filler): string | undefined {
  if (written === undefined || written === "") return undefined;
  if (!written.startsWith("/"))
    filler.wrong(
      path,
      `found ${quoted(written)}`,
      "an absolute path",
      instruction(`write /${written.replace(/^(?:\.\/|~\/)/, "")}`),
    );
  return written;
}

/** The container's own name for its host; Linux holds no longer one. */
export function hostnameOf(written: string | undefined, path: Path, filler: Filler): string | undefined {
  if (written === undefined || written === "") return undefined;
  if (new TextEncoder().encode(written).length > 64)
    filler.wrong(path, `found ${quoted(written)}, ${written.length} characters`, "64 characters at most");
  return written;
}

/**
 * What the process runs, in words; a text is split as a shell splits it. An empty list clears what the image says. The
 * provider accepts no empty word in a command; where there is an entrypoint, that takes the command's words along.
 */
export function processWords(
  { entrypoint, command }: Pick<ComposeService, "entrypoint" | "command">,
  path: Path,
  filler: Filler,
): Pick<Service, "entrypoint" | "command"> {
  const program = words(entrypoint, [...path, "entrypoint"], filler);
  const rest = words(command, [...path, "command"], filler);
  if (program?.[0] === "") filler.wrong([...path, "entrypoint"], "its first word is empty", "the program that runs");
  // A word that was only a secret is empty, too, and was found already.
  const isFound = filler.findings.some(({ key, severity }) => severity === "error" && key.startsWith(commandKey(path)));
  if (program === undefined && rest?.includes("") === true && !isFound)
    filler.wrong(
      [...path, "command"],
      "one of its words is empty, which is possible beside an entrypoint only",
      "words that are not empty, or the program under entrypoint: and its words under command:",
    );
  return { entrypoint: program, command: rest };
}

const commandKey = (path: Path): string => `${path.join(".")}.command`;

/** Nothing but an empty word means the same as no word at all. */
function words(value: string | string[] | undefined, path: Path, filler: Filler): readonly string[] | undefined {
  const read = typeof value === "string" ? split(value, path, filler) : value;
  return read?.length === 1 && read[0] === "" ? [] : read;
}

function split(text: string, path: Path, filler: Filler): readonly string[] | undefined {
  const read = filler.parsed(text, path, composeWords, "words whose quotes and brackets are closed");
  if (read?.leftOut !== undefined)
    filler.warn(
      path,
      `it ends before ${quoted(read.leftOut)}: no shell reads it`,
      undefined,
      instruction(`write [sh, -c, …] if a shell is to read it, or quote the sign`),
    );
  return read?.words;
}
