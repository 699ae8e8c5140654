import type { Finding } from "../conflicts/finding.ts";
import { thisCommand } from "./started.ts";

/**
 * Findings as the command tells them: with commands that work where they are pasted. Those of Pulumi that change a stack
 * file fail until the backend knows the stack; `berth config` takes the same words, and asks no backend.
 */
export const told = (findings: readonly Finding[]): Finding[] =>
  findings.map(({ remedy, remedyNote, ...finding }) => ({
    ...finding,
    ...(remedy !== undefined && { remedy: pasteable(remedy) }),
    ...(remedyNote !== undefined && { remedyNote: pasteable(remedyNote) }),
  }));

/** Outside of quotes, where a value may hold anything. */
export const pasteable = (text: string, program = thisCommand): string =>
  text.replace(
    /(?<=[\s=])'(?:[^']|'\\'')*'|\bpulumi config(?= (?:set|get|rm) )|(?<![\w./-])berth(?= (?:new|up|start|stop|status) )/g,
    (found) => (found.startsWith("'") ? found : found === "berth" ? program : `${program} config`),
  );
