import { distance } from "fastest-levenshtein";

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
