import type { Finding } from "../findings/finding.ts";
import type { Remedy } from "../findings/remedy.ts";
import type { DeployResult } from "./deploy.ts";
import type { Question, Subject } from "./host.ts";
import type { Interrupted } from "./journal.ts";

/** One change, as data. */
export interface Step<Kind extends string = string> {
  /** Unique in its plan, and the same whenever the same change is planned: `remove-volume:hospital_b_data`. */
  readonly id: string;
  readonly kind: Kind;
  /** The name of what it changes. */
  readonly target: string;
  /** Why it is needed. */
  readonly cause: string;
  /** Ids of the steps that have to be done before it. */
  readonly after: readonly string[];
  /** What leads back. */
  readonly undo?: Step<Kind>;
}

/** What an operation is about to do, or why it does nothing. */
export type Plan<Kind extends string = string> =
  | {
      readonly kind: "planned";
      /** In the order in which they run. */
      readonly steps: readonly Step<Kind>[];
      /** Steps that an earlier run, which was cut off, has done. */
      readonly done: readonly Step[];
      /** What stays although it looks as if it would go, each with the reason. */
      readonly kept: readonly Kept[];
      /** Asked before the first step. */
      readonly question?: Question;
    }
  | {
      readonly kind: "refused";
      readonly problems: readonly string[];
      readonly findings: readonly Finding[];
    };

/** What an operation leaves where it is. */
export interface Kept {
  /** `the volume shop_data` */
  readonly what: string;
  /** `was here before` */
  readonly why: string;
  /** What removes it after all. */
  readonly remedy?: Remedy;
}

/** Says of a thing that it stays, and why. */
export const keptText = ({ what, why }: Kept): string => `kept ${what}, which ${why}`;

export type Planned<Kind extends string = string> = Extract<Plan<Kind>, { kind: "planned" }>;

/** How a step ended. */
export type StepOutcome = {
  /** What the engine reported, where the step ran it. */
  readonly result?: DeployResult;
  /** One line for people. */
  readonly text?: string;
} & ({ readonly ok: true } | { readonly ok: false; readonly problems: readonly string[] });

/** Carries out one kind of step. It decides nothing, and is harmless where the step was done before. */
export type Runner<Ports, Facts, Kind extends string> = (
  step: Step<Kind>,
  ports: Ports,
  facts: Facts,
) => Promise<StepOutcome>;

/** A change that Pulumi has no verb for: observe → plan (pure) → run. */
export interface Operation<Ports, Facts, Kind extends string> {
  /** As in `berth <name>`. */
  readonly name: string;
  /** @param interrupted an earlier run of the same operation that was not finished */
  observe(ports: Ports, interrupted: Interrupted | undefined): Promise<Facts>;
  plan(facts: Facts): Plan<Kind>;
  readonly run: Readonly<Record<Kind, Runner<Ports, Facts, Kind>>>;
  /** Facts that can no longer be observed after the first steps; a later run gets them from the journal. */
  remember?(facts: Facts): unknown;
  /** Whether a step is undone when the step after it fails. Otherwise the person decides. */
  readonly undoes?: boolean;
}

/** Which deployment an operation changes, and with which options: only a run with the same ones is continued. */
export interface Undertaking extends Subject {
  readonly operation: string;
  readonly options: readonly string[];
}

/** A plan as people read it, one step a line. */
export function planText(plan: Planned, remedyText: (remedy: Remedy) => string): string {
  const numbers = new Map(plan.steps.map(({ id }, index) => [id, String(index + 1)]));
  const steps = plan.steps.map(({ id, kind, target, cause, after }) => {
    const needs = after.flatMap((each) => numbers.get(each) ?? []);
    const order = needs.length === 0 ? "" : ` (after ${needs.join(", ")})`;
    return `${numbers.get(id)} ${kind} ${target}${order}: ${cause}`;
  });
  return [
    ...plan.done.map(({ kind, target }) => `done before: ${kind} ${target}`),
    ...steps,
    ...(steps.length === 0 ? ["nothing to do"] : []),
    ...plan.kept.map((kept) => withRemedy(keptText(kept), kept.remedy, remedyText)),
  ].join("\n");
}

/** One line for people, with the command that helps at its end. */
export const withRemedy = (text: string, remedy: Remedy | undefined, remedyText: (remedy: Remedy) => string): string =>
  remedy === undefined ? text : `${text}: ${remedyText(remedy)}`;
