import { readdirSync, readFileSync } from "node:fs";
import { extname, join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { codeElement, codeSpan, fenced } from "../../src/report/markdown.ts";
import type { CheckReport } from "../../src/report/json.ts";
import { findingText, notLookedAtText } from "../../src/report/text.ts";

/** One file of a report: Markdown of `berth check`, JSON of `berth drift`, or what the engine said of a stack. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** GitHub takes 65,536 characters for a comment or an issue; bytes are at least as many, and the workflow adds a line. */
const limit = 60_000;
const note = "\n… cut here: see the run's artifact";

/**
 * A report as one text for a comment or an issue: first what clashes or drifts, then what the engine said, a fold for
 * each stack. Where it grows too long, what the engine said is cut, evenly.
 */
export function reportComment(files: readonly ReportFile[], room = limit): string {
  const [stacks, heads] = split(files, ({ name }) => extname(name) === ".txt");
  const head = heads.map(headText).join("\n\n");
  const most = room - size(note);
  if (size(head) > most) return beginning(head, most) + note;
  const whole = (share: number): string =>
    [head, ...stacks.map((file) => foldText(file, share))].filter((part) => part !== "").join("\n\n");
  for (let share = Math.floor((room - size(head)) / Math.max(1, stacks.length)); share >= 100; share /= 2) {
    const text = whole(share);
    if (size(text) <= room) return text;
  }
  // So many stacks that not even their names have room.
  const names = stacks.map(({ name, text }) => `- ${parse(name).name}: ${resourceCount(text)}`).join("\n");
  const list = [head, names].filter((part) => part !== "").join("\n\n");
  return size(list) <= room ? list : beginning(list, most) + note;
}

const size = (text: string): number => Buffer.byteLength(text);

/** The beginning of a text that takes so many bytes at most, without half a character at its end. */
const bytes = (text: string, most: number): string =>
  Buffer.from(text)
    .subarray(0, Math.max(0, most))
    .toString()
    .replace(/\ufffd$/, "");

/** As `bytes`, of Markdown: a block that is cut would swallow what follows, and is left out. */
function beginning(text: string, most: number): string {
  const cut = bytes(text, most);
  let open: RegExpExecArray | undefined;
  for (const fence of cut.matchAll(/^(`{3,})(.*)$/gm)) {
    if (open === undefined) open = fence;
    else if (fence[2] === "" && (fence[1] ?? "").length >= (open[1] ?? "").length) open = undefined;
  }
  return open === undefined ? cut : cut.slice(0, open.index);
}

function headText({ name, text }: ReportFile): string {
  if (text.trim() === "") return `${codeSpan(parse(name).name)} said nothing: see the run's log`;
  return extname(name) === ".json" ? driftText(JSON.parse(text) as CheckReport) : text.trimEnd();
}

function driftText({ findings, notLookedAt }: CheckReport): string {
  const count =
    findings.length === 1 ? "1 difference" : `${findings.length === 0 ? "no" : findings.length} differences`;
  const blocks = findings.map((finding) => fenced(findingText(finding)));
  const gaps = notLookedAt.map((gap) => `- ${codeSpan(notLookedAtText(gap))}`).join("\n");
  return [`### berth drift: ${count}`, ...blocks, gaps].filter((part) => part !== "").join("\n\n");
}

function foldText({ name, text }: ReportFile, room: number): string {
  const cut = size(text) > room ? bytes(text, room) + note : text;
  const summary = `${codeElement(parse(name).name)}: ${resourceCount(text)}`;
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

// tsx scripts/ci/report-comment.ts FOLDER
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "."] = process.argv.slice(2);
  const names = readdirSync(folder).sort();
  console.log(reportComment(names.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }))));
}
