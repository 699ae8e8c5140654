import { parseDocument } from "yaml";
import { configKey, groupOf } from "../findings/config-key.ts";
import {
  berth,
  type BerthCommand,
  type Command,
  type Line,
  type PerLine,
  commandsOf,
  linesOf,
  type Note,
  setSecret,
} from "../findings/remedy.ts";
import { type DeclaredParty, errorsOf, type Finding } from "../findings/finding.ts";
import { stackFileName } from "../config/stack-file.ts";
import type { Answers } from "./answers.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * A new stack that is refused has no file yet: what is wrong with it is wrong with a flag, and what helps is the same
 * command with another flag. Every remedy is the whole command, with what helps against all findings at once.
 */
export function asFlags(findings: readonly Finding[], answers: Answers): Finding[] {
  if (errorsOf(findings).length === 0) return [...findings];
  const { stack } = answers;
  const better = findings
    .flatMap((finding) => changesOf(finding, stack))
    .reduce(changed, withoutSecrets(answers, findings));
  const command = commandOf(better);
  return findings
    .filter((finding) => !isForLater(finding))
    .map((finding) => {
      if (finding.code === "secret-in-clear-text" && groupOf(finding.key) !== undefined)
        return encrypted(finding, command, stack);
      const { wanted, remedyNote } = finding;
      const changes = changesOf(finding, stack);
      const [first] = changes;
      const key = first?.value === missing ? `berth:${first.group}.${first.name}` : finding.key;
      const flagsText = changes.map(flagText).join(" ");
      const note = typeof remedyNote === "string" ? `${flagsText}: ${remedyNote}` : [flagsText, ...(remedyNote ?? [])];
      return {
        ...finding,
        key: flagOfKey(key) ?? key,
        wanted: unwritten(wanted, answers.stack),
        ...(changes.length > 0
          ? { remedy: command, remedyNote: note }
          : needsFile(remedyNote) && { remedyNote: undefined }),
      };
    });
}

/** A secret is encrypted for a stack that is there: the file is written first, and this is reported with it. */
const isForLater = ({ severity, remedy }: Finding): boolean =>
  severity === "warning" && remedy !== undefined && commandsOf(remedy)[0]?.kind === "secret";

/** No flag encrypts: the command without the secret comes first, and then the one that encrypts it. */
function encrypted(finding: Finding, command: BerthCommand, stack: string): Finding {
  const { key, wanted } = finding;
  return {
    ...finding,
    key: flagOfKey(key) ?? key,
    wanted: unwritten(wanted, stack),
    remedy: command,
    remedyNote: ["then give it encrypted:", setSecret(groupOf(key)?.[1] ?? "", stack)],
  };
}

/** The answers without the settings that are secrets: no remedy repeats one. */
function withoutSecrets(answers: Answers, findings: readonly Finding[]): Answers {
  const secrets = findings.flatMap(({ code, key }) => (code === "secret-in-clear-text" ? [groupOf(key)?.[1]] : []));
  const settings = Object.entries(answers.settings ?? {}).filter(([name]) => !secrets.includes(name));
  return secrets.length === 0 ? answers : { ...answers, settings: Object.fromEntries(settings) };
}

/** Whether a note has a command that changes the stack's file, which is not written yet. */
const needsFile = (note: Note | undefined): boolean =>
  typeof note === "object" && note.some((line) => typeof line === "object" && commandsOf(line).some(isKeyCommand));

/** A party whose file is still to be written: the flag says where. */
function unwritten(party: DeclaredParty | undefined, stack: string): DeclaredParty | undefined {
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

/** What a finding's remedy would write into the new stack's file, where it does nothing else. */
export function changesOf({ remedy }: Finding, stack: string): Change[] {
  const changes = remedy === undefined ? [] : linesOf(remedy).map((line) => changeOf(line, stack));
  return changes.every((change) => change !== undefined) ? changes : [];
}

function changeOf(line: Line, stack: string): Change | undefined {
  if ((line.kind !== "set" && line.kind !== "ask") || line.stack !== stack) return undefined;
  const value = line.kind === "set" ? line.value : missing;
  const [group, name, ...deeper] = line.path;
  // `--config` takes every key that has no flag of its own.
  return typeof name !== "number" &&
    (deeper.length === 0 || deeper.join() === "port") &&
    Object.hasOwn(flags, group ?? "")
    ? { group: String(group), name, value }
    : { group: "config", name: configKey(line.path), value };
}

const isKeyCommand = ({ kind }: Command | PerLine): boolean =>
  ["set", "ask", "secret", "unset", "decrypt"].includes(kind);

/** The setting that a blueprint cannot do without and that was not given; undefined of any other finding. */
export function settingToAsk(finding: Finding, stack: string): string | undefined {
  const [change] = changesOf(finding, stack);
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

/** `8780` is a number, `{ port: 80, privileged: true }` a map, `auto` stays; the schema judges the rest. */
export function portOf(text: string): unknown {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^\s*\{.*\}\s*$/s.test(text)) return text;
  // A flow map needs a blank behind each colon, which is easily left out: {port:80}.
  const document = parseDocument(text.replace(/:(?=\S)/g, ": "), { logLevel: "error" });
  return document.errors.length > 0 ? text : document.toJS();
}

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
  config: "--config",
};

const flagText = (change: Change): string => `${flagOf(change)}${change.name === undefined ? " " : "="}${change.value}`;

/** `--port app`, `--prefix`; undefined where there is no flag for it. */
export function flagOf({ group, name }: Omit<Change, "value">): string | undefined {
  const flag = ownValue(flags, group);
  return flag === undefined || name === undefined ? flag : `${flag} ${name}`;
}

function flagOfKey(key: string): string | undefined {
  const [group, name] = groupOf(key) ?? [];
  return group === undefined ? undefined : flagOf({ group, name });
}

/** A port may be a map. */
const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The command that gives these answers. */
function commandOf(answers: Answers): BerthCommand {
  const words = Object.entries(flags).flatMap(([group, flag]) => {
    const value = answers[group as keyof Answers];
    if (value === undefined) return [];
    if (typeof value === "string") return [flag, value];
    return Object.entries(value).flatMap(([name, one]) => [flag, `${name}=${plain(one)}`]);
  });
  return berth("new", answers.stack, ...words);
}
