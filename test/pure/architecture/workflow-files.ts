import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** What the tests look at of a workflow; see GitHub's syntax for workflows. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly "runs-on": string | readonly string[];
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export const root = fileURLToPath(new URL("../../..", import.meta.url));

const folder = new URL("../../../.github/workflows/", import.meta.url);

/** Every workflow of the project, by the name of its file. */
export const workflows: readonly (readonly [string, Workflow])[] = readdirSync(folder)
  .sort()
  .map((file) => [file, parse(readFileSync(new URL(file, folder), "utf8")) as Workflow]);

/** What a step runs, as bash gets it. */
export function script(file: string, job: string, name: string): string {
  const workflow = workflows.find(([other]) => other === file)?.[1];
  const run = workflow?.jobs[job]?.steps.find((step) => step.name === name)?.run;
  if (run === undefined) throw new Error(`${file}: ${job} has no step "${name}" that runs something`);
  return run;
}

/** How GitHub calls bash where a workflow says `shell: bash`. */
export const bash = ["--noprofile", "--norc", "-eo", "pipefail", "-c"] as const;
