import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";
import { berth, type Remedy } from "../findings/remedy.ts";
import { type Reader, remedyText } from "./remedy-text.ts";
import { type JsonFinding, jsonFinding, type ShownFinding, shownTo } from "./shown-finding.ts";
import type { Realization } from "../deployment/realization.ts";
import { urlOf } from "../deployment/url.ts";
import type { News } from "../status/alerts.ts";
import { isAsConfigured, type Status } from "../status/state.ts";
import { oneLine } from "../notation/printable.ts";
import { type Level, shareInPercent, type Use } from "../status/use.ts";

/** What `berth status --json` prints (see `statusJson`): a public contract. Fields are added, never renamed. */
export interface StatusReport {
  readonly deployments: readonly (Pick<Realization, "stack" | "prefix" | "running"> &
    Status & {
      readonly endpoint: string;
      /** Whether that is what its stack file asks for. */
      readonly asConfigured: boolean;
      readonly url?: string;
      /** Its last operation, where that did not live to end. */
      readonly cutOff?: ShownCutOff;
    })[];
  readonly uses: readonly ShownUse[];
  readonly findings: readonly ShownFinding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** A use with a step that works where its reader pastes it. */
export interface ShownUse extends Omit<Use, "step"> {
  readonly step?: string;
  /** The step as data. */
  readonly action?: Remedy;
}

/** An operation that did not live to end; operations/journal.ts finds it. */
interface CutOff {
  readonly operation: string;
  readonly options: readonly string[];
  readonly owner: string;
  readonly since: string;
  readonly step?: string;
}

type ShownCutOff = CutOff & { readonly remedy: string };

interface Result {
  readonly deployments: readonly {
    readonly deployment: Realization;
    readonly status: Status;
    readonly cutOff?: CutOff;
  }[];
  readonly uses: readonly Use[];
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

export const statusReport = ({ deployments, uses, findings, notLookedAt }: Result, reader: Reader): StatusReport => ({
  deployments: deployments.map(({ deployment, status, cutOff }) => ({
    stack: deployment.stack,
    prefix: deployment.prefix,
    endpoint: deployment.endpoint.name,
    running: deployment.running,
    ...status,
    asConfigured: isAsConfigured(deployment, status),
    url: urlOf(deployment),
    ...(cutOff !== undefined && {
      cutOff: { ...cutOff, remedy: remedyText(againOf(deployment.stack, cutOff), reader) },
    }),
  })),
  uses: uses.map(({ step, ...use }) => ({
    ...use,
    ...(step !== undefined && { step: remedyText(step, reader), action: step }),
  })),
  findings: shownTo(findings, reader),
  notLookedAt,
});

/** The same command once more completes what it began. */
const againOf = (stack: string, { operation, options }: CutOff): Remedy =>
  berth(operation, stack, ...options.map((option) => `--${option}`));

/** That a deployment's last operation was cut off, in two lines. */
export const cutOffText = (stack: string, { operation, owner, since, step, remedy }: ShownCutOff): string =>
  `! ${stack}: berth ${operation} was cut off${step === undefined ? "" : ` at ${oneLine(step)}`} (${oneLine(owner)}, since ${since})\n  remedy     ${remedy}`;

/** The report as JSON has it. */
export const statusJson = (
  report: StatusReport,
): Omit<StatusReport, "findings"> & { readonly findings: readonly JsonFinding[] } => ({
  ...report,
  findings: report.findings.map(jsonFinding),
});

/** The rows of a table: stack, state, reason or, where all is well, where it answers. */
export const statusRows = ({ deployments }: StatusReport): string[][] =>
  deployments.map(({ stack, state, reason, url }) => [stack, state, reason ?? (state === "online" ? (url ?? "") : "")]);

/** The rows of a table: stack, what, how much of how much, percent. */
export const useRows = (uses: readonly ShownUse[]): string[][] =>
  uses.map(({ stack, of, kind, shown, share, level }) => [
    stack,
    of,
    kind,
    shown,
    `${shareInPercent(share)} %`,
    level === "fine" ? "" : level,
  ]);

const urgency: Readonly<Record<Level, string>> = { fine: "", watch: "soon", scale: "now", critical: "at once" };

/** What to do about a use, in two lines. */
export const stepText = ({ of, kind, shown, share, level, step }: ShownUse): string =>
  `! ${kind} of ${oneLine(of)}  ${shareInPercent(share)} % (${shown}): ${level}\n  ${urgency[level].padEnd(9)}  ${step ?? ""}`;

/** One thing, reported with how long it has been so. */
export interface Watched {
  readonly key: string;
  readonly level: Level;
  /** How it is now. */
  readonly text: string;
  readonly step?: string;
}

/**
 * Errors of deployments count as critical, and so do those that cannot be seen.
 * @param program what starts berth from this shell, for the step
 */
export function watchedOf({ deployments, uses }: StatusReport, program: string): Watched[] {
  const states = deployments.map(({ stack, state, reason, asConfigured }): Watched => ({
    key: stack,
    level: asConfigured ? "fine" : "critical",
    text: `${state}${reason === undefined ? "" : `: ${reason}`}`,
    ...(!asConfigured && { step: `${program} status ${stack}` }),
  }));
  return [
    ...states,
    ...uses.map(({ of, kind, shown, share, level, step }) => ({
      key: `${kind} of ${of}`,
      level,
      text: `${shareInPercent(share)} % (${shown})`,
      step,
    })),
  ];
}

/** News of `berth status --watch`, in two lines. */
export function newsText({ kind, key, level, since }: News, now: Watched | undefined, at: number): string {
  const time = new Date(at).toISOString();
  const text = oneLine(now?.text ?? "");
  if (kind === "over") return `${time}  ${oneLine(key)}  is no longer ${level}: ${text}`;
  const head = `${time}  ${oneLine(key)}  ${level} for ${lapse(at - since)}: ${text}`;
  return now?.step === undefined ? head : `${head}\n  ${urgency[level].padEnd(9)}  ${now.step}`;
}

/** A span of milliseconds for people: `15 min`, `40 s`. */
export const lapse = (milliseconds: number): string =>
  milliseconds >= 60_000 ? `${Math.floor(milliseconds / 60_000)} min` : `${Math.round(milliseconds / 1000)} s`;
