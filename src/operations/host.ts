import type { Remedy } from "../findings/remedy.ts";

/**
 * How an operation reports and asks. The command line, a web server and tests are hosts; operations never print. Every
 * code stands here once; docs/reference/events.md is generated from these lists.
 */

/** What an operation reports. */
export const eventCodes = {
  output: "A line that the engine or a provider printed, or that was done on the way.",
  resumed: "An earlier run of the operation was cut off. This run continues it.",
  "lock-released": "The lock of a process that no longer runs was released.",
  "step-started": "A step begins.",
  "step-done": "A step is done.",
  "step-failed": "A step failed. The steps that need it are left out.",
  "step-undone": "A step was undone, because the step after it failed.",
  "nothing-to-do": "The deployment is already as the operation would leave it.",
  kept: "Something that holds data stays, with the reason.",
  health: "The answer of a deployment's health page.",
} as const;

/** What an operation asks before its first step, and the flag that answers. */
export const questionCodes = {
  "remove-deployment": "The name of the deployment that is to be removed. `--yes` answers.",
  "stop-holders": "May running deployments be stopped that hold the ports of the one to start? `--yes` answers.",
  "stop-dependents": "May deployments be stopped that have their databases on the one to stop? `--yes` answers.",
} as const;

type EventCode = keyof typeof eventCodes;
type QuestionCode = keyof typeof questionCodes;

/** The deployment that an event is about. */
export interface Subject {
  readonly stack: string;
  readonly prefix: string;
}

export interface Event {
  readonly code: EventCode;
  readonly about: Subject;
  /** The id of the step, where the event belongs to one. */
  readonly step?: string;
  /** One line for people; absent where only programs need to know. */
  readonly text?: string;
  /** What can be done about it. */
  readonly remedy?: Remedy;
}

export interface Question {
  readonly code: QuestionCode;
  /** A sentence or two. */
  readonly text: string;
  /** `yes`: agreement; otherwise the text that a person has to type. */
  readonly expects: "yes" | { readonly typed: string };
  /** How things are where the answer is no: `nothing was changed`. */
  readonly otherwise: string;
}

export interface Host {
  notify(event: Event): void;
  /** Resolves where the answer is yes. Rejects where it is no, or where nobody can be asked. */
  ask(question: Question): Promise<void>;
  /** Shows that something is under way, for as long as the work takes. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
}
