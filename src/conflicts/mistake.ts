import { distance } from "fastest-levenshtein";
import type { Finding, Source } from "./finding.ts";

/** A mistake in what a person wrote, as a finding: what is wrong there, what is allowed, what to type. */
export function mistake(source: Source, message: string, allowed?: string, remedy?: string): Finding {
  return {
    code: "config-invalid",
    severity: "error",
    kind: "configuration",
    key: source.path === "" ? source.file : source.path,
    message,
    allowed,
    wanted: { ...source },
    remedy,
  };
}

/** The nearest of the known names, if it is near enough to be a slip of the finger or begins with what was typed. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  const begun = known.filter((candidate) => typed.length >= 3 && candidate.toLowerCase().startsWith(typed));
  if (begun.length === 1) return begun[0];
  const most = Math.min(Math.max(2, Math.floor(typed.length / 3)), typed.length - 1);
  const ranked = known.map((candidate) => ({ candidate, away: distance(typed, candidate.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.away - b.away)[0];
  return best !== undefined && best.away <= most ? best.candidate : undefined;
}

/** A value as an error text shows it, on one line and cut where it is long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
