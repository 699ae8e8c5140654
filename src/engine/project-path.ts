import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { shell } from "../findings/remedy.ts";

/** Node does not load a program whose path has one of these [Node 20, Pulumi 3.260]. */
const notLoaded = /[?\\\p{Cc}]/u;
/** Pulumi takes the path of a state folder for a URL, in which these mean something else [Pulumi 3.260]. */
const notInUrl = /[#?%\p{Cc}]/u;

/**
 * The characters of a project's path with which the engine does not run, or would keep its state in another folder.
 * @param backend the URL of the state's backend, as in Pulumi.yaml or PULUMI_BACKEND_URL
 */
export function pathFindings(root: string, backend: () => string): Finding[] {
  // Nearly no path has any of them, and then nothing is read for this.
  if (!notInUrl.test(root) && !notLoaded.test(root)) return [];
  const isProgram = notLoaded.test(root);
  const isRelative = /^file:\/\/(?![/~])/.test(backend());
  if (!isProgram && !isRelative) return [];
  const characters = [...new Set([...root].filter((one) => (isProgram ? notLoaded : notInUrl).test(one)))];
  // The first folder from the top that has one: those below move with it.
  const folder = /^.*?[#?%\\\p{Cc}][^/]*/u.exec(root)?.[0] ?? root;
  const better = folder.replace(/[#?%\\\p{Cc}]/gu, "-");
  const reason = isProgram ? "Node does not load a program there" : "Pulumi reads the path of its state as a URL";
  return [
    mistake(
      { file: "Pulumi.yaml", path: isProgram ? "" : "backend.url" },
      `found ${characters.map((one) => JSON.stringify(one)).join(", ")} in the project's path: ${reason}`,
      "a path without # ? % \\",
      shell("mv", folder, better),
    ),
  ];
}
