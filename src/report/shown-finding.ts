import type { DeclaredParty, Finding, LiveKind, LiveParty, Party } from "../findings/finding.ts";
import type { Remedy } from "../findings/remedy.ts";
import { noteText, type Reader, remedyText } from "./remedy-text.ts";

/** A finding as JSON and text have it, with a remedy that works where its reader pastes it. */
export interface ShownFinding extends Omit<Finding, "held" | "remedy" | "remedyNote"> {
  readonly held?: ShownParty;
  /** For a shell, or an instruction. */
  readonly remedy?: string;
  readonly remedyNote?: string;
  /** The remedy as data. */
  readonly action?: Remedy;
}

/** A party as JSON has it: `{ "container": "a_app", "stack": "a" }` for something live. */
export type ShownParty =
  Omit<DeclaredParty, "live"> | (Omit<LiveParty, "live" | "name"> & Readonly<Partial<Record<LiveKind, string>>>);

export function shownParty(party: Party): ShownParty {
  if (party.live === undefined) return party;
  const { live, name, ...belonging } = party;
  return { ...belonging, [live]: name };
}

export const shownTo = (findings: readonly Finding[], reader: Reader): ShownFinding[] =>
  findings.map(({ held, remedy, remedyNote, ...finding }) => ({
    ...finding,
    ...(held !== undefined && { held: shownParty(held) }),
    ...(remedy !== undefined && { remedy: remedyText(remedy, reader), action: remedy }),
    ...(remedyNote !== undefined && { remedyNote: noteText(remedyNote, reader) }),
  }));
