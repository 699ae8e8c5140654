import { exitStatusOf } from "../../findings/finding.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { duration, durationAllowed } from "../../notation/quantities.ts";
import { statusLook } from "../../operations/status.ts";
import { watch } from "../../operations/watch.ts";
import {
  cutOffText,
  newsText,
  statusJson,
  statusReport,
  type StatusReport,
  statusRows,
  stepText,
  useRows,
  type Watched,
  watchedOf,
} from "../../report/status.ts";
import { findingText, notLookedAtText } from "../../report/text.ts";
import { exitCodes, Outcome, wrongUsage } from "../outcome.ts";
import { withProgress } from "../progress.ts";
import { print, printJson, projectOf, stackOf } from "../project.ts";
import { tableText } from "../table.ts";
import { printJsonLine } from "../terminal.ts";
import { thisCommand } from "../invocation.ts";
import { thisReader } from "../reader.ts";

interface Options {
  readonly stack?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly for: string;
  readonly every: string;
}

export const statusCommand = (): Command =>
  new Command("status")
    .argument("[stack]", "the stack, as with -s; without it all")
    .description(
      "Show the state (online, stopped, errored, never started, unknown) and the resource usage of each deployment.",
    )
    .option("-s, --stack <name>", "the stack")
    .option("--watch", "keep checking and report states that persist (Ctrl-C to stop)")
    .option("--for <duration>", "with --watch: how long a state has to last", "15m")
    .option("--every <duration>", "with --watch: how long to wait between two looks", "30s")
    .option(
      "--json",
      "print one object: deployments, uses, findings, notLookedAt; with --watch an object in a line for each state",
    )
    .action(async (argument: string | undefined, options: Options, command: Command) => {
      const project = projectOf(command);
      const named = argument ?? options.stack;
      const stack = named === undefined ? undefined : stackOf(project, argument, options.stack);
      const look = statusLook(project, { stack, wait: (time) => sleep(time) });
      const seen = async (): Promise<StatusReport> => statusReport(await look(), thisReader());
      if (options.watch) return watchOn(seen, options);
      const report = await withProgress("checking deployments", seen);
      if (options.json) printJson(statusJson(report));
      else print(statusText(report));
      const code = codeOf(report);
      if (code !== exitCodes.fine) throw new Outcome(code);
    });

function statusText(report: StatusReport): string {
  const { deployments, uses, findings, notLookedAt } = report;
  return [
    tableText(["STACK", "STATE", ""], statusRows(report)),
    ...deployments.flatMap(({ stack, cutOff }) => (cutOff === undefined ? [] : cutOffText(stack, cutOff))),
    ...(uses.length === 0 ? [] : [tableText(["STACK", "OF", "USE", "", "", ""], useRows(uses))]),
    ...uses.filter(({ level }) => level !== "fine").map(stepText),
    ...findings.map(findingText),
    ...notLookedAt.map(notLookedAtText),
  ].join("\n\n");
}

/** What is used now may be over in a second: only `--watch` can report what lasts. */
function codeOf({ deployments, findings }: StatusReport): number {
  const code = exitStatusOf(findings);
  if (code !== exitCodes.fine) return code;
  if (deployments.some(({ state }) => state === "unknown")) return exitCodes.notReached;
  return deployments.every(({ asConfigured }) => asConfigured) ? exitCodes.fine : exitCodes.findings;
}

const watched = (report: StatusReport): Watched[] => watchedOf(report, thisCommand);

async function watchOn(look: () => Promise<StatusReport>, { json, ...options }: Options): Promise<void> {
  const long = milliseconds("--for", options.for);
  const every = milliseconds("--every", options.every);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end).once("SIGHUP", end);
  await watch({
    look,
    samples: watched,
    now: Date.now,
    next: () => sleep(every, true, { signal: ending.signal }).catch(() => false),
    patience: { long, gap: Math.max(3 * every, every + 60_000) },
    report: (news, report, at) => {
      for (const one of news) {
        const now = watched(report).find(({ key }) => key === one.key);
        if (json) printJsonLine({ ...one, at, text: now?.text, step: now?.step });
        else print(newsText(one, now, at));
      }
    },
  });
}

function milliseconds(flag: string, text: string): number {
  const nanoseconds = duration(text);
  if (nanoseconds === undefined || nanoseconds <= 0)
    throw wrongUsage(`${flag} ${text} is not valid: expected ${durationAllowed}`);
  return nanoseconds / 1e6;
}
