import { createHash } from "node:crypto";
import type { Service } from "../deployment/deployment.ts";
import type { SecretTexts } from "./config.ts";
import type { Difference } from "./difference.ts";

/** Secret files, by hash; those whose text is not known, or that were not looked at, are not compared. */
export function fileDifferences(
  service: Service,
  live: Readonly<Record<string, string | undefined>> | undefined,
  secrets: SecretTexts,
): Difference[] {
  if (live === undefined) return [];
  return service.secretFiles.flatMap(({ secret, target }): Difference[] => {
    const text = secrets[secret];
    if (text === undefined || !(target in live) || live[target] === hash(text)) return [];
    const verb = live[target] === undefined ? "removed" : "changed";
    return [{ what: `secret file ${target} was ${verb}`, cure: "removal" }];
  });
}

/** As Live.files has it. */
export const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
