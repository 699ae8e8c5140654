import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { countText, findingText, notLookedAtText } from "./text.ts";

/** The report of a check as Markdown: what a pull request's comment shows. */
export function checkMarkdown(
  deployments: readonly Deployment[],
  findings: readonly Finding[],
  notLookedAt: readonly NotLookedAt[],
): string {
  const title = `### berth: ${countText(findings)} among ${deployments.length} deployment${deployments.length === 1 ? "" : "s"}`;
  const blocks = findings.map((finding) => fenced(findingText(finding)));
  const gaps = notLookedAt.map((gap) => `- ${notLookedAtText(gap)}`).join("\n");
  return [title, ...blocks, gaps].filter((part) => part !== "").join("\n\n");
}

/** A fence longer than any run of backticks in the text, so that the text cannot end it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
