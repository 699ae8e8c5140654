import type { NotLookedAt } from "../findings/gap.ts";
import {
  type DeclaredParty,
  type Finding,
  findingClasses,
  type LiveKind,
  type LiveParty,
  nounOf,
  type Party,
} from "../findings/finding.ts";
import { oneLine, printable } from "../notation/printable.ts";
import type { ShownFinding } from "./shown-finding.ts";

const signs: Readonly<Record<Finding["severity"], string>> = { error: "✗", warning: "!", note: "·" };

/** Findings for people: four lines each, the same everywhere. */
export function findingText(finding: ShownFinding): string {
  const sign = signs[finding.severity];
  const lines: [string, string | undefined][] = [
    [finding.held === undefined ? "where" : "wanted by", partyText(finding.wanted)],
    ["held by", partyText(finding.held)],
    ["what", finding.message && oneLine(finding.message)],
    ["allowed", finding.allowed && oneLine(finding.allowed)],
    // The command alone on its line, so that the whole line can be pasted.
    ["remedy", finding.remedy],
    ["", finding.remedy === undefined ? undefined : finding.remedyNote],
  ];
  const body = lines.flatMap(([label, text]) =>
    text === undefined || text === ""
      ? []
      : [`  ${label.padEnd(9)}  ${printable(text).replaceAll("\n", `\n${" ".repeat(13)}`)}`],
  );
  return [`${sign} ${finding.code}  ${oneLine(finding.key)}`, ...body].join("\n");
}

/** One side of a finding in a line: who, and where that is written. */
export function partyText(party: Party | undefined): string | undefined {
  if (party === undefined) return undefined;
  return oneLine(party.live === undefined ? declaredText(party) : liveText(party));
}

function declaredText({ stack, service, file, path, line }: DeclaredParty): string {
  const who = [stack, service].filter((part) => part !== undefined).join(" / ");
  const where =
    file === undefined
      ? ""
      : `${file}${line === undefined ? "" : `:${line}`}${path === undefined || path === "" ? "" : `: ${path}`}`;
  return who === "" ? where : where === "" ? who : `${who.padEnd(22)}  ${where}`;
}

function liveText({ live, name, stack, place }: LiveParty): string {
  const whose = stack !== undefined ? ` of ${stack}` : place !== undefined ? `, managed from ${place}` : "";
  return `${liveNouns[live]}${name}${whose}`;
}

const liveNouns: Readonly<Record<LiveKind, string>> = {
  container: "container ",
  volume: "volume ",
  network: "network ",
  directory: "files in ",
  database: "database ",
  role: "role ",
  process: "",
  host: "",
};

const nouns = ["conflict", ...Object.values(findingClasses).map(({ noun }) => noun)];

/** `3 conflicts`, `1 mistake, 1 unreachable host, 2 warnings`, `no conflict`, `1 note`. */
export function countText(findings: readonly Pick<Finding, "severity" | "code">[]): string {
  const counts = new Map([...nouns, "warning", "note"].map((noun) => [noun, 0]));
  for (const { severity, code } of findings) {
    const noun = severity === "error" ? nounOf(code) : severity;
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  const parts = [...counts].flatMap(([noun, count]) =>
    count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`],
  );
  return parts.length === 0 ? "no conflict" : parts.join(", ");
}

export const notLookedAtText = ({ what, why }: NotLookedAt): string => oneLine(`not checked: ${what} (${why})`);

/** The whole report of a check. */
export function reportText(findings: readonly ShownFinding[], notLookedAt: readonly NotLookedAt[]): string {
  return [...findings.map(findingText), ...notLookedAt.map(notLookedAtText), countText(findings)].join("\n\n");
}
