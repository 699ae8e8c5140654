import { createHash } from "node:crypto";
import type { Service } from "../deployment/deployment.ts";
import { secretsIn, type SecretTexts, valueText } from "../deployment/value.ts";
import type { Difference } from "./difference.ts";

/** Files, by hash; those whose text is not known, or that were not looked at, are not compared. */
export function fileDifferences(
  service: Service,
  live: Readonly<Record<string, string | undefined>> | undefined,
  secrets: SecretTexts,
): Difference[] {
  if (live === undefined) return [];
  return service.files.flatMap(({ content, target }): Difference[] => {
    const text = valueText(content, secrets);
    if (text === undefined || !(target in live) || live[target] === hash(text)) return [];
    const verb = live[target] === undefined ? "removed" : "changed";
    return [
      { what: `${secretsIn(content).length > 0 ? "secret file" : "file"} ${target} was ${verb}`, cure: "removal" },
    ];
  });
}

/** As Live.files has it. */
export const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
