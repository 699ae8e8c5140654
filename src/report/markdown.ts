import type { NotLookedAt } from "../findings/gap.ts";
import type { Realization } from "../deployment/realization.ts";
import { oneLine, printable } from "../notation/printable.ts";
import type { ShownFinding } from "./shown-finding.ts";
import { countText, findingText, notLookedAtText } from "./text.ts";

/** The report of a check as Markdown: what a pull request's comment shows. */
export function checkMarkdown(
  deployments: readonly Realization[],
  findings: readonly ShownFinding[],
  notLookedAt: readonly NotLookedAt[],
): string {
  const title = `### berth: ${countText(findings)} among ${deployments.length} deployment${deployments.length === 1 ? "" : "s"}`;
  const blocks = findings.map((finding) => fenced(findingText(finding)));
  const gaps = notLookedAt.map((gap) => `- ${codeSpan(notLookedAtText(gap))}`).join("\n");
  return [title, ...blocks, gaps].filter((part) => part !== "").join("\n\n");
}

/** A fence longer than any run of backticks in the text, so that the text cannot end it. */
export function fenced(text: string): string {
  const shown = printable(text);
  const fence = "`".repeat(Math.max(2, longestRun(shown)) + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A text on one line in which nothing is a link, a mention, an image or HTML; likewise without an end of its own. */
export function codeSpan(text: string): string {
  const shown = oneLine(text);
  const fence = "`".repeat(longestRun(shown) + 1);
  const space = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return shown.trim() === "" ? "" : `${fence}${space}${shown}${space}${fence}`;
}

/** The same inside of HTML. */
export const codeElement = (text: string): string =>
  `<code>${oneLine(text).replace(/[&<>"'\\`*_[\]!~|@#:]/g, (character) => `&#${character.charCodeAt(0)};`)}</code>`;

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
