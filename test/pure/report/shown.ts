import type { Finding } from "../../../src/findings/finding.ts";
import type { Note, Remedy } from "../../../src/findings/remedy.ts";
import { noteText, type Reader, remedyText } from "../../../src/report/remedy-text.ts";
import { type JsonFinding, jsonFinding, type ShownFinding, shownTo } from "../../../src/report/shown-finding.ts";
import { findingText as textOf } from "../../../src/report/text.ts";

/** A person who runs `pulumi` on a machine with Docker, and has berth on PATH. */
export const reader: Reader = { speaks: "pulumi", berth: "berth", docker: "unix:///var/run/docker.sock" };

/** Without the remedy as data, of which the text is made. */
export const shown = (findings: readonly Finding[]): ShownFinding[] =>
  shownTo(findings, reader).map(({ action: _, ...finding }) => finding);

/** The same as JSON has them. */
export const inJson = (findings: readonly Finding[]): JsonFinding[] => shown(findings).map(jsonFinding);

/** A finding as that person reads it; one that is shown already stays as it is. */
export const findingText = (finding: Finding | ShownFinding): string =>
  isShown(finding) ? textOf(finding) : shown([finding]).map(textOf).join("");

const isShown = (finding: Finding | ShownFinding): finding is ShownFinding =>
  (finding.remedy === undefined || typeof finding.remedy === "string") && typeof finding.remedyNote !== "object";

/** The text of a finding's remedy; empty where it has none. */
export const remedyOf = (finding: { readonly remedy?: Remedy } | undefined): string =>
  finding?.remedy === undefined ? "" : remedyText(finding.remedy, reader);

export const noteOf = (finding: { readonly remedyNote?: Note } | undefined): string =>
  finding?.remedyNote === undefined ? "" : noteText(finding.remedyNote, reader);
