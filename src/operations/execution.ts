import type { Host } from "./host.ts";
import { beginJournal, interrupted, type Journal, newestJournal } from "./journal.ts";
import { type Locked, lockDeployments, type LockStores } from "./lock.ts";
import type { Operation, Plan, Planned, Step, StepOutcome, Undertaking } from "./operation.ts";
import { instruction } from "../findings/remedy.ts";
import { Stopped } from "../findings/stopped.ts";

/** How an operation ended. */
export type Performed<Facts, Kind extends string> = { readonly facts: Facts } & (
  | { readonly kind: "refused"; readonly plan: Extract<Plan<Kind>, { kind: "refused" }> }
  /** With `dryRun`: nothing was changed. */
  | { readonly kind: "shown"; readonly plan: Planned<Kind> }
  | {
      readonly kind: "ran";
      readonly plan: Planned<Kind>;
      /** In the order in which the steps ran; those whose predecessor failed are absent. */
      readonly outcomes: readonly { readonly step: Step<Kind>; readonly outcome: StepOutcome }[];
    }
);

interface PerformOptions<Ports> {
  readonly root: string;
  readonly ports: Ports;
  readonly host: Host;
  /** Show the plan and change nothing. */
  readonly dryRun?: boolean;
  /** Deployments that nothing else may change meanwhile. */
  readonly locks: (steps: readonly Step[]) => readonly Locked[];
  /** Called after the question and before the lock: what would make every step fail. */
  readonly ready?: () => Promise<unknown>;
  /** Where locks are kept: on the endpoints if not given. */
  readonly stores?: LockStores;
}

/**
 * Observes, plans, asks, and runs the steps, each written down in the journal before and after. The plan follows from
 * what there is now: a step whose effect is there is not planned again, also where the process was killed before it could
 * write it down, and one whose effect was reverted meanwhile is. The journal adds what can no longer be observed.
 * @throws Stopped where another operation holds a deployment
 */
export async function perform<Ports, Facts, Kind extends string>(
  operation: Operation<Ports, Facts, Kind>,
  undertaking: Undertaking,
  { root, ports, host, dryRun = false, locks, ready, stores }: PerformOptions<Ports>,
): Promise<Performed<Facts, Kind>> {
  const { stack, prefix } = undertaking;
  const about = { stack, prefix };
  const newest = newestJournal(root, stack);
  const earlier = interrupted(root, undertaking);
  const facts = await operation.observe(ports, earlier);
  const plan = operation.plan(facts);
  if (plan.kind === "refused") return { kind: "refused", plan, facts };
  if (dryRun) return { kind: "shown", plan, facts };
  if (plan.question !== undefined) await host.ask(plan.question);
  await ready?.();
  const released = (text: string): void => host.notify({ code: "lock-released", about, text });
  const lock = await lockDeployments(locks(plan.steps), { root, operation: undertaking.operation, released, stores });
  try {
    if (newestJournal(root, stack) !== newest)
      throw new Stopped("locked", `another operation on ${stack} ran meanwhile`, instruction("run this again"));
    if (plan.done.length > 0)
      host.notify({
        code: "resumed",
        about,
        text: `continues what ${earlier?.owner} began at ${earlier?.since}; done before: ${plan.done.map(({ id }) => id).join(", ")}`,
      });
    // What an earlier run did is planned here as well: a third run learns of it from this journal alone.
    const journal = beginJournal(root, undertaking, [...plan.done, ...plan.steps], operation.remember?.(facts));
    for (const { id } of plan.done) journal.done(id);
    const outcomes = await runSteps(operation, plan, { ports, facts, journal, host, about });
    if (outcomes.length === plan.steps.length && outcomes.every(({ outcome }) => outcome.ok)) journal.finished();
    return { kind: "ran", plan, outcomes, facts };
  } finally {
    await lock.release();
  }
}

interface Surroundings<Ports, Facts> {
  readonly ports: Ports;
  readonly facts: Facts;
  readonly journal: Journal;
  readonly host: Host;
  readonly about: { readonly stack: string; readonly prefix: string };
}

async function runSteps<Ports, Facts, Kind extends string>(
  { run, undoes = false }: Operation<Ports, Facts, Kind>,
  { steps }: Planned<Kind>,
  { ports, facts, journal, host, about }: Surroundings<Ports, Facts>,
): Promise<{ step: Step<Kind>; outcome: StepOutcome }[]> {
  const outcomes: { step: Step<Kind>; outcome: StepOutcome }[] = [];
  const done = new Set<string>();
  const isPlanned = (id: string): boolean => steps.some((step) => step.id === id);
  for (const step of steps) {
    if (step.after.some((id) => isPlanned(id) && !done.has(id))) continue;
    journal.started(step.id);
    host.notify({ code: "step-started", about, step: step.id });
    const outcome = await run[step.kind](step, ports, facts);
    outcomes.push({ step, outcome });
    if (outcome.ok) {
      done.add(step.id);
      journal.done(step.id);
    } else journal.failed(step.id, outcome.problems);
    const code = outcome.ok ? "step-done" : "step-failed";
    host.notify({ code, about, step: step.id, ...(outcome.text !== undefined && { text: outcome.text }) });
    if (outcome.ok || !undoes) continue;
    const vain = steps.filter(({ id, undo }) => undo !== undefined && done.has(id) && step.after.includes(id));
    for (const { id, undo } of vain) {
      if (undo === undefined || !(await run[undo.kind](undo, ports, facts)).ok) continue;
      journal.undone(id);
      host.notify({ code: "step-undone", about, step: id });
    }
  }
  return outcomes;
}
