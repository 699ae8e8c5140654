import type { Finding } from "../findings/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { platformFindings } from "../inventory/databases.ts";

/** What a provider says, without the places in its own source and its name around it. */
export const inPlainWords = (text: string): string =>
  text.replace(/\S+\.go:\d+: sdk\.helper_schema: /g, "").replace(/: provider=[\w-]+@[\d.]+$/gm, "");

/**
 * PostgreSQL's provider asks the platform for every single resource before the program can say a word, and complains of
 * each: its complaint, reported once and with a remedy.
 * @param problems as the engine printed them
 */
export function platformTrouble(deployment: Deployment, problems: readonly string[]): Finding[] {
  const [, reason] =
    /error connecting to PostgreSQL server \S+ \(scheme: \w+\): (?:pq: )?(.+)$/m.exec(problems.join("\n")) ?? [];
  if (reason === undefined) return [];
  const kind = /\(28\w{3}\)/.test(reason) ? "refused" : "unreachable";
  return platformFindings(deployment, { kind, reason });
}
