import { engineWords } from "../engine/engine.ts";
import { exitStatus, type ExitStatus, findingClasses } from "../findings/finding.ts";
import { Stopped } from "../findings/stopped.ts";
import { shownRemedy } from "./reader.ts";

/** What an error says to a person; undefined where it is berth's own mistake, and the trace of its calls is of use. */
export function failureText(error: unknown): string | undefined {
  if (error instanceof Stopped)
    return error.remedy === undefined
      ? error.message
      : `${error.message}\n  ${shownRemedy(error.remedy).replaceAll("\n", "\n  ")}`;
  const words = engineWords(error);
  if (words.length > 0) return `the engine failed: ${words.join("\n")}`;
  // Files and sockets: the system's own words, `EACCES: permission denied, open '/srv/berth/Pulumi.yaml'`.
  return error instanceof Error && "errno" in error ? error.message : undefined;
}

/** The exit status of an error; 3 where the engine, a file or a socket failed, or berth itself. */
export const failureCode = (error: unknown): ExitStatus =>
  error instanceof Stopped ? findingClasses[error.class].exit : exitStatus.notReached;
