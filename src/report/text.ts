import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding, FindingCode, Party } from "../conflicts/finding.ts";

/** Findings for people: four lines each, the same everywhere. */
export function findingText(finding: Finding): string {
  const sign = finding.severity === "error" ? "✗" : "!";
  const lines: [string, string | undefined][] = [
    [finding.held === undefined ? "where" : "wanted by", partyText(finding.wanted)],
    ["held by", partyText(finding.held)],
    ["what", finding.message],
    ["allowed", finding.allowed],
    [
      "remedy",
      finding.remedy === undefined
        ? undefined
        : `${finding.remedy}${finding.remedyNote === undefined ? "" : `   (${finding.remedyNote})`}`,
    ],
  ];
  const body = lines.flatMap(([label, text]) =>
    text === undefined || text === "" ? [] : [`  ${label.padEnd(9)}  ${text.replaceAll("\n", `\n${" ".repeat(13)}`)}`],
  );
  return [`${sign} ${finding.code}  ${finding.key}`, ...body].join("\n");
}

/** One side of a finding in a line: who, and where that is written. */
export function partyText(party: Party | undefined): string | undefined {
  if (party === undefined) return undefined;
  const { stack, service, container, volume, network, process, directory, database, role, host, file, path, line } =
    party;
  const live = [
    container === undefined ? undefined : `container ${container}`,
    volume === undefined ? undefined : `volume ${volume}`,
    network === undefined ? undefined : `network ${network}`,
    directory === undefined ? undefined : `files in ${directory}`,
    database === undefined ? undefined : `database ${database}`,
    role === undefined ? undefined : `role ${role}`,
    process,
    host,
  ].find((name) => name !== undefined);
  const who =
    live === undefined
      ? [stack, service].filter((part) => part !== undefined).join(" / ")
      : `${live}${stack === undefined ? "" : ` of ${stack}`}`;
  const where =
    file === undefined
      ? ""
      : `${file}${line === undefined ? "" : `:${line}`}${path === undefined || path === "" ? "" : `: ${path}`}`;
  return who === "" ? where : where === "" ? who : `${who.padEnd(22)}  ${where}`;
}

/** What an error is called that is no conflict. */
const nouns: Partial<Record<FindingCode, string>> = {
  "config-invalid": "mistake",
  "stack-unreadable": "mistake",
  "secret-weak": "mistake",
  "group-incomplete": "mistake",
  "tuning-over-limit": "mistake",
  "checklist-missed": "mistake",
  "host-unreachable": "unreachable host",
  "image-missing": "missing image",
  "container-drifted": "drift",
  "volume-drifted": "drift",
  "network-drifted": "drift",
};

/** `3 conflicts`, `1 mistake, 1 unreachable host, 2 warnings`, `no conflict`. */
export function countText(findings: readonly Finding[]): string {
  const counts = new Map(["conflict", ...Object.values(nouns), "warning"].map((noun) => [noun, 0]));
  for (const { severity, code } of findings) {
    const noun = severity === "warning" ? "warning" : (nouns[code] ?? "conflict");
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  const parts = [...counts].flatMap(([noun, count]) =>
    count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`],
  );
  return parts.length === 0 ? "no conflict" : parts.join(", ");
}

export const notLookedAtText = ({ what, why }: NotLookedAt): string => `not looked at: ${what} (${why})`;

/** The whole report of a check. */
export function reportText(findings: readonly Finding[], notLookedAt: readonly NotLookedAt[]): string {
  return [...findings.map(findingText), ...notLookedAt.map(notLookedAtText), countText(findings)].join("\n\n");
}
