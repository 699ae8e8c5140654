import { readdirSync, readFileSync } from "node:fs";
import { extname, join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { fenced } from "../src/report/markdown.ts";
import type { CheckReport } from "../src/report/json.ts";
import { findingText, notLookedAtText } from "../src/report/text.ts";

/** One file of a report: Markdown of `berth check`, JSON of `berth drift`, or what the engine said of a stack. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** What GitHub takes for a comment or an issue is 65536 characters. */
const limit = 60_000;

/**
 * A report as one text for a comment or an issue: first what clashes or drifts, then what the engine said, a fold for
 * each stack. Where it grows too long, what the engine said is cut, evenly.
 */
export function reportComment(files: readonly ReportFile[], room = limit): string {
  const [stacks, heads] = split(files, ({ name }) => extname(name) === ".txt");
  const head = heads.map(headText).join("\n\n");
  if (head.length > room) return `${head.slice(0, room)}\n\n… cut here: see the run's artifact`;
  const share = Math.floor((room - head.length) / Math.max(1, stacks.length)) - 300;
  return [head, ...stacks.map((file) => foldText(file, share))].filter((part) => part !== "").join("\n\n");
}

function headText({ name, text }: ReportFile): string {
  if (text.trim() === "") return `**${parse(name).name}** said nothing: see the run's log`;
  return extname(name) === ".json" ? driftText(JSON.parse(text) as CheckReport) : text.trimEnd();
}

function driftText({ findings, notLookedAt }: CheckReport): string {
  const count =
    findings.length === 1 ? "1 difference" : `${findings.length === 0 ? "no" : findings.length} differences`;
  const blocks = findings.map((finding) => fenced(findingText(finding)));
  const gaps = notLookedAt.map((gap) => `- ${notLookedAtText(gap)}`).join("\n");
  return [`### berth drift: ${count}`, ...blocks, gaps].filter((part) => part !== "").join("\n\n");
}

function foldText({ name, text }: ReportFile, room: number): string {
  const cut = text.length > room ? `${text.slice(0, Math.max(0, room))}\n… cut here: see the run's artifact` : text;
  const summary = `<b>${parse(name).name}</b>: ${resourceCount(text)}`;
  return `<details><summary>${summary}</summary>\n\n${fenced(cut.trim())}\n\n</details>`;
}

/** `11 to create`, from the last lines that the engine writes; where it gives up it counts errors, or nothing. */
function resourceCount(text: string): string {
  const block = /^Resources:\n((?: {4}.*\n?)+)/m.exec(text)?.[1];
  if (block === undefined || /\d errored/.test(block)) return "failed";
  const counts = block.split("\n").flatMap((line) => /^ +(?:\S+ )?(\d+ [\w -]+)/.exec(line)?.[1] ?? []);
  return counts.join(", ");
}

const split = <T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] => [
  all.filter(test),
  all.filter((one) => !test(one)),
];

// tsx scripts/report-comment.ts FOLDER
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "."] = process.argv.slice(2);
  const names = readdirSync(folder).sort();
  console.log(reportComment(names.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }))));
}
