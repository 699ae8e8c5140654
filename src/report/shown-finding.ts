import type { DeclaredParty, Finding, LiveKind, LiveParty, Party } from "../findings/finding.ts";
import type { Remedy } from "../findings/remedy.ts";
import { noteText, type Reader, remedyText } from "./remedy-text.ts";

/** A finding with a remedy that works where its reader pastes it. */
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

/** A finding as JSON has it: a public contract. */
export interface JsonFinding extends Omit<ShownFinding, "held"> {
  readonly held?: JsonParty;
}

/** A party as JSON has it: `{ "container": "a_app", "stack": "a" }` for something live. */
export type JsonParty =
  Omit<DeclaredParty, "live"> | (Omit<LiveParty, "live" | "name"> & Readonly<Partial<Record<LiveKind, string>>>);

export const jsonFinding = ({ held, ...finding }: ShownFinding): JsonFinding => ({
  ...finding,
  ...(held !== undefined && { held: jsonParty(held) }),
});

export function jsonParty(party: Party): JsonParty {
  if (party.live === undefined) return party;
  const { live, name, ...belonging } = party;
  return { ...belonging, [live]: name };
}
