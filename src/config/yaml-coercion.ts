import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction } from "../findings/remedy.ts";
import { suspicionOfName } from "../notation/secret-names.ts";
import type { RawStack, SourceOf } from "./raw-stack.ts";

/**
 * Settings that would not arrive as they were typed: without quotes YAML takes a phone number like 0123456 for an octal
 * number, +49 for 49, True for true, and a date for a moment.
 */
export function mangledSettings(raw: RawStack, source: SourceOf): Finding[] {
  return Object.keys(raw.values["settings"] ?? {}).flatMap((name) => {
    const typed = raw.typed?.(["settings", name]);
    if (typed === undefined || !isMangled(typed)) return [];
    const shown = suspicionOfName(name) === undefined ? typed : "…";
    return [
      mistake(
        source("settings", name),
        `${shown} without quotes is not text to YAML, and would arrive as something else`,
        "text in quotes",
        instruction(`write ${name}: "${shown}" in ${source("settings", name).file}`),
      ),
    ];
  });
}

const special =
  /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*|\.inf|\.nan)(?:e[-+]?\d+)?$|^[-+]?0[xob][\da-f_]+$|^true$|^false$/i;
const date = /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/;

/** Whether a text without quotes is something else than text to YAML 1.1 or 1.2, and would be written differently. */
export function isMangled(typed: string): boolean {
  if (date.test(typed)) return true;
  if (!special.test(typed)) return false;
  return !(typed === "true" || typed === "false" || String(Number(typed)) === typed);
}
