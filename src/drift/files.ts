import { hash } from "../notation/content-hash.ts";
import type { Container } from "../deployment/realization.ts";
import { secretsIn, type SecretTexts, valueText } from "../deployment/value.ts";
import type { Difference } from "./difference.ts";
import { ownValue } from "../notation/own-value.ts";

/** Files, by hash; those whose text is not known, or that were not checked, are not compared. */
export function fileDifferences(
  service: Container,
  live: Readonly<Record<string, string | undefined>> | undefined,
  secrets: SecretTexts,
): Difference[] {
  if (live === undefined) return [];
  return service.files.flatMap(({ content, encoding, target }): Difference[] => {
    const written = valueText(content, secrets);
    const text = encoding === undefined || written === undefined ? written : Buffer.from(written, encoding);
    if (text === undefined || !Object.hasOwn(live, target) || ownValue(live, target) === hash(text)) return [];
    const verb = ownValue(live, target) === undefined ? "removed" : "changed";
    return [
      { what: `${secretsIn(content).length > 0 ? "secret file" : "file"} ${target} was ${verb}`, cure: "removal" },
    ];
  });
}
