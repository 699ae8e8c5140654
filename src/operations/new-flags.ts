import { groupOf } from "../conflicts/config-key.ts";
import type { Finding, Party } from "../conflicts/finding.ts";
import { stackFileName } from "../config/stack-file.ts";
import { shellWords } from "../deployment/words.ts";
import { shellWord } from "../export/shell.ts";
import type { Answers } from "./answers.ts";

/**
 * A new stack has no file yet: what is wrong with it is wrong with a flag, and what helps is the same command with
 * another flag. Every remedy is the whole command, with what helps against all findings at once.
 */
export function asFlags(findings: readonly Finding[], answers: Answers): Finding[] {
  const { stack } = answers;
  const better = findings.reduce<Answers>((before, finding) => changed(before, changeOf(finding, stack)), answers);
  const command = commandOf(better);
  return findings.map((finding) => {
    const { wanted, remedyNote } = finding;
    const change = changeOf(finding, stack);
    const key = change?.value === missing ? `berth:${change.group}.${change.name}` : finding.key;
    const note = change && [`${flagOf(change)}${change.name === undefined ? " " : "="}${change.value}`, remedyNote];
    return {
      ...finding,
      key: flagOfKey(key) ?? key,
      wanted: unwritten(wanted, answers.stack),
      ...(note && { remedy: command, remedyNote: note.filter((part) => part !== undefined).join(": ") }),
    };
  });
}

/** A party whose file is still to be written: the flag tells where. */
function unwritten(party: Party | undefined, stack: string): Party | undefined {
  if (party?.file !== stackFileName(stack)) return party;
  const { file: _file, line: _line, path, ...who } = party;
  const flag = flagOfKey(path ?? "");
  return { stack, ...who, ...(flag === undefined ? {} : { path: flag }) };
}

/** One value of the answers: `{ group: "ports", name: "app", value: "8780" }`. */
export interface Change {
  readonly group: string;
  readonly name?: string;
  readonly value: string;
}

/** Stands in a command where only a person knows the value. */
const missing = "…";

/** What a finding's remedy would write into the new stack's file, where a flag can say it. */
export function changeOf({ remedy }: Finding, stack: string): Change | undefined {
  const [program, noun, verb, ...rest] = shellWords(remedy ?? "") ?? [];
  if (program !== "pulumi" || noun !== "config" || verb !== "set" || rest.includes("--secret")) return undefined;
  const [option, of] = rest.slice(-2);
  const [key = "", value = missing] = rest.slice(0, -2).filter((word) => word !== "--path");
  const [group, name] = groupOf(key) ?? [];
  if (option !== "-s" || of !== stack || group === undefined || !(group in flags)) return undefined;
  return { group, name, value };
}

/** The setting that a blueprint cannot do without and nobody has said; undefined of any other finding. */
export function settingToAsk(finding: Finding, stack: string): string | undefined {
  const change = changeOf(finding, stack);
  return change?.group === "settings" && change.value === missing ? change.name : undefined;
}

/** The answers with one value in another's place. */
export function changed(answers: Answers, change: Change | undefined): Answers {
  if (change === undefined) return answers;
  const { group, name, value } = change;
  if (name === undefined) return { ...answers, [group]: value };
  const others = answers[group as "ports"] ?? {};
  return { ...answers, [group]: { ...others, [name]: group === "ports" ? portOf(value) : value } };
}

/** `8780` is a number, `auto` stays; the schema judges the rest. */
export const portOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

const flags: Readonly<Record<string, string>> = {
  blueprint: "--blueprint",
  prefix: "--prefix",
  environment: "--environment",
  domain: "--domain",
  endpoint: "--endpoint",
  database: "--database",
  ports: "--port",
  images: "--image",
  settings: "--set",
};

/** `--port app`, `--prefix`; undefined where there is no flag for it. */
export function flagOf({ group, name }: Omit<Change, "value">): string | undefined {
  const flag = flags[group];
  return flag === undefined || name === undefined ? flag : `${flag} ${name}`;
}

function flagOfKey(key: string): string | undefined {
  const [group, name] = groupOf(key) ?? [];
  return group === undefined ? undefined : flagOf({ group, name });
}

/** The command that gives these answers, ready to paste. */
function commandOf(answers: Answers): string {
  const words = Object.entries(flags).flatMap(([group, flag]) => {
    const value = answers[group as keyof Answers];
    if (value === undefined) return [];
    if (typeof value === "string") return [flag, shellWord(value)];
    return Object.entries(value).flatMap(([name, one]) => [flag, `${shellWord(name)}=${shellWord(String(one))}`]);
  });
  return ["berth", "new", shellWord(answers.stack), ...words].join(" ");
}
