import type { Finding, Source } from "./finding.ts";
import type { Remedy } from "./remedy.ts";

/** A mistake in what a person wrote, as a finding: what is wrong there, what is allowed, what helps. */
export function mistake(source: Source, message: string, allowed?: string, remedy?: Remedy): Finding {
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
