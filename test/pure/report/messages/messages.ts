import { expect } from "vitest";
import type { Finding } from "../../../../src/findings/finding.ts";
import type { ShownFinding } from "../../../../src/report/shown-finding.ts";
import { findingsFrom } from "../../resolve/sample.ts";
import { findingText } from "../shown.ts";

/**
 * For the tests of every message that a person can get for what is written in a stack file or a blueprint, and for every
 * conflict: to the letter.
 */
export const textOf = (findings: readonly (Finding | ShownFinding)[]): string => findings.map(findingText).join("\n");

/** The messages for a stack file of hospital-b. `needle` in it stands where a secret's text could be: no message may show it. */
export function messages(stackYaml: string, blueprintYaml?: string): string {
  const text = textOf(findingsFrom(stackYaml, { stack: "hospital-b", blueprintYaml }));
  expect(text).not.toContain("needle");
  return text;
}
