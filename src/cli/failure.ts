import { engineWords } from "../engine/engine.ts";
import { NotReached } from "../findings/unreachable.ts";
import { shownRemedy } from "./reader.ts";

/** What an error says to a person; undefined where it is berth's own mistake, and the trace of its calls is of use. */
export function failureText(error: unknown): string | undefined {
  if (error instanceof NotReached)
    return error.remedy === undefined ? error.message : `${error.message}\n  ${shownRemedy(error.remedy)}`;
  const words = engineWords(error);
  if (words.length > 0) return `the engine failed: ${words.join("\n")}`;
  // Files and sockets: the system's own words, `EACCES: permission denied, open '/srv/berth/Pulumi.yaml'`.
  return error instanceof Error && "errno" in error ? error.message : undefined;
}
