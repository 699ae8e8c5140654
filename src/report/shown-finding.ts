import type { Finding } from "../findings/finding.ts";
import type { Remedy } from "../findings/remedy.ts";
import { noteText, type Reader, remedyText } from "./remedy-text.ts";

/** A finding as JSON and text have it, with a remedy that works where its reader pastes it. */
export interface ShownFinding extends Omit<Finding, "remedy" | "remedyNote"> {
  /** For a shell, or an instruction. */
  readonly remedy?: string;
  readonly remedyNote?: string;
  /** The remedy as data. */
  readonly action?: Remedy;
}

export const shownTo = (findings: readonly Finding[], reader: Reader): ShownFinding[] =>
  findings.map(({ remedy, remedyNote, ...finding }) => ({
    ...finding,
    ...(remedy !== undefined && { remedy: remedyText(remedy, reader), action: remedy }),
    ...(remedyNote !== undefined && { remedyNote: noteText(remedyNote, reader) }),
  }));
