import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { ignoredByGit } from "../disk/private-files.ts";
import { notWritten } from "../disk/write-files.ts";
import { fateOf, type ProcessId, thisProcess } from "./process-id.ts";
import type { Step, Undertaking } from "./operation.ts";

/** One line of a journal. Lines are only ever appended. */
type Entry = { readonly at: string } & (
  | {
      readonly kind: "planned";
      readonly operation: string;
      readonly options: readonly string[];
      /** `ops@host, pid 42` */
      readonly owner: string;
      /** Absent in journals of former versions. */
      readonly process?: ProcessId;
      readonly steps: readonly Step[];
      /** What the operation remembers of the facts before its first step. */
      readonly before?: unknown;
    }
  | { readonly kind: "started" | "done" | "undone"; readonly step: string }
  | { readonly kind: "failed"; readonly step: string; readonly problems: readonly string[] }
  | { readonly kind: "finished" }
);

type Planned = Extract<Entry, { kind: "planned" }>;

/** A run that did not reach its end: it was cut off, or a step failed. */
export interface Interrupted {
  readonly since: string;
  readonly owner: string;
  /** Done, and not undone. */
  readonly done: readonly Step[];
  /** Begun, and neither done nor undone. */
  readonly begun: readonly Step[];
  readonly before: unknown;
}

/** What one run writes down. */
export interface Journal {
  started(step: string): void;
  done(step: string): void;
  failed(step: string, problems: readonly string[]): void;
  undone(step: string): void;
  finished(): void;
}

/** Journals of the newest runs of a stack that are kept. */
const kept = 20;

const folderOf = (root: string, stack: string): string => join(root, ".berth", "journal", stack);

/** Journals of a stack, the newest first. Their names begin with the time. */
const journalsOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".jsonl"))
        .sort()
        .reverse()
    : [];

/** The name of the newest journal of a stack: another one means that an operation ran in between. */
export const newestJournal = (root: string, stack: string): string | undefined => journalsOf(folderOf(root, stack))[0];

/**
 * The last run of a stack, where it was of the same operation with the same options and did not reach its end. After any
 * other operation that did, it no longer counts.
 */
export function interrupted(root: string, { stack, operation, options }: Undertaking): Interrupted | undefined {
  const entries = newestEntries(root, stack);
  const planned = plannedIn(entries);
  if (planned?.operation !== operation || planned.options.join() !== options.join()) return undefined;
  if (entries.some(({ kind }) => kind === "finished")) return undefined;
  const last = new Map(entries.flatMap((entry) => ("step" in entry ? [[entry.step, entry.kind] as const] : [])));
  const steps = (...kinds: readonly string[]): Step[] =>
    planned.steps.filter(({ id }) => kinds.includes(last.get(id) ?? ""));
  return {
    since: planned.at,
    owner: planned.owner,
    done: steps("done"),
    begun: steps("started", "failed"),
    before: planned.before,
  };
}

/** A process that was killed may have left half a line at the end. */
function entriesIn(path: string): Entry[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Entry];
      } catch {
        return [];
      }
    });
}

/** An operation that a process began and did not live to end. */
export interface CutOff {
  readonly operation: string;
  /** Those with which it was called: `["data"]` of `--data`. */
  readonly options: readonly string[];
  /** `ops@host, pid 42` */
  readonly owner: string;
  readonly since: string;
  /** The step that it had come to; absent where none had begun. */
  readonly step?: string;
}

/** The last run of a stack, where its process ended before the run did. A step that failed is an end. */
export function cutOff(root: string, stack: string): CutOff | undefined {
  const entries = newestEntries(root, stack);
  const planned = plannedIn(entries);
  if (planned?.process === undefined || entries.some(({ kind }) => kind === "finished" || kind === "failed"))
    return undefined;
  if (fateOf(planned.process) === "alive") return undefined;
  const { operation, options, owner, at: since } = planned;
  const step = lastStepIn(entries);
  return { operation, options, owner, since, ...(step !== undefined && { step }) };
}

/** The step that a stack's last run has come to. */
export function lastStep(root: string, stack: string): string | undefined {
  try {
    return lastStepIn(newestEntries(root, stack));
  } catch {
    return undefined; // another user's
  }
}

const plannedIn = (entries: readonly Entry[]): Planned | undefined =>
  entries.find((entry): entry is Planned => entry.kind === "planned");

function lastStepIn(entries: readonly Entry[]): string | undefined {
  const last = entries.at(-1);
  return last !== undefined && "step" in last ? last.step : undefined;
}

function newestEntries(root: string, stack: string): Entry[] {
  const newest = newestJournal(root, stack);
  return newest === undefined ? [] : entriesIn(join(folderOf(root, stack), newest));
}

/** Who runs: `ops@host, pid 42`. */
export const thisOwner = (): string => `${userInfo().username}@${hostname()}, pid ${process.pid}`;

/**
 * Begins the journal of a run in the project's folder (`.berth/journal/<stack>/`, mode 0600); every line is on the disk
 * before the step goes on.
 * @throws NotReached where it cannot be written
 */
export function beginJournal(
  root: string,
  { stack, operation, options }: Undertaking,
  steps: readonly Step[],
  before: unknown,
): Journal {
  const folder = folderOf(root, stack);
  const time = new Date().toISOString().replaceAll(":", "-");
  const path = join(folder, `${time}-${process.pid}-${operation}.jsonl`);
  const append = (entry: object): void => {
    try {
      const file = openSync(path, "a", 0o600);
      try {
        writeSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw notWritten(path, error);
    }
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    ignoredByGit(join(root, ".berth"));
    for (const old of journalsOf(folder).slice(kept - 1)) rmSync(join(folder, old), { force: true });
  } catch (error) {
    throw notWritten(folder, error);
  }
  append({ kind: "planned", operation, options, owner: thisOwner(), process: thisProcess(), steps, before });
  return {
    started: (step) => append({ kind: "started", step }),
    done: (step) => append({ kind: "done", step }),
    failed: (step, problems) => append({ kind: "failed", step, problems }),
    undone: (step) => append({ kind: "undone", step }),
    finished: () => append({ kind: "finished" }),
  };
}
