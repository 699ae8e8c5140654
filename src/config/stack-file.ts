import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { KeyPath } from "../findings/config-key.ts";
import type { Checked, Finding } from "../findings/finding.ts";
import { closest } from "../findings/suggest.ts";
import { mistake } from "../findings/config-finding.ts";
import { berth, instruction, type Remedy, shell, steps } from "../findings/remedy.ts";
import { ambiguousValues } from "../yaml/ambiguous.ts";
import { type BerthKeys, berthKeys, engineKey } from "./engine-keys.ts";
import { projectDefaults } from "./project-defaults.ts";
import { at, isMap, isSecure } from "./raw-values.ts";
import { stackSchema } from "./schema.ts";
import type { ProjectDefaults, RawStack } from "./raw-stack.ts";
import { readText, UnreadableFile } from "../disk/read-text.ts";
import { type StackConfig, stackConfig } from "./stack-config.ts";
import { readYaml, type YamlFile } from "../yaml/yaml-file.ts";

/** `.yml` as well, which is then reported: see {@link stackFileName}. */
const stackFile = /^Pulumi\.([A-Za-z0-9._-]+)\.ya?ml$/;

/** What Pulumi takes, but for names that a command takes for an option, or a path for a folder above. */
const stackName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
export const stackNameAllowed = "letters, digits, - _ and . with a letter, a digit or _ first; at most 100";
/** Names that every object of JavaScript has are none for a stack. */
export const isStackName = (name: string): boolean => stackName.test(name) && !(name in Object.prototype);

/** Beside a Pulumi.yaml the engine reads no other ending [Pulumi 3.260]; a Pulumi.b.yml is to it as if it were not there. */
export const stackFileName = (stack: string): string => `Pulumi.${stack}.yaml`;

/** The stacks that have a file in the project, deployed or not, sorted by name. */
export function listStacks(root: string): string[] {
  return [...new Set(namesIn(root).filter(isStackName))].sort();
}

const namesIn = (root: string): string[] => readdirSync(root).flatMap((name) => stackFile.exec(name)?.[1] ?? []);

/** Stack files whose names are not valid for a stack: what they claim is unknown. */
export function misnamedFindings(root: string): Finding[] {
  const files = readdirSync(root);
  const taken = new Set(files.flatMap((file) => anyStackFile.exec(file)?.[1] ?? []));
  return files.flatMap((file) => {
    const name = anyStackFile.exec(file)?.[1];
    if (name === undefined || isStackName(name)) return [];
    const free = freeName(name, taken);
    taken.add(free);
    const message = `is not read: ${name} is not a name for a stack; expected ${stackNameAllowed}`;
    return [unreadableFinding(name, file, message, shell("mv", "-n", file, stackFileName(free)))];
  });
}

/** What looks like a stack file, whatever its name. */
const anyStackFile = /^Pulumi\.(.+)\.ya?ml$/s;

/** A valid name for a stack that resembles one that is not, and that no file has. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-");
  const short = plain.slice(0, 80).replace(/[-.]+$/, "");
  const usual = isStackName(short) ? short : `stack-${short.replace(/^[^A-Za-z0-9_]+/, "")}`.replace(/-$/, "");
  let free = usual;
  for (let count = 2; taken.has(free); count += 1) free = `${usual}-${count}`;
  return free;
}

/** The file of a stack that is there, whatever its ending; undefined where there is none. */
export const stackFileThere = (root: string, stack: string): string | undefined =>
  [stackFileName(stack), `Pulumi.${stack}.yml`].find((file) => existsSync(join(root, file)));

/**
 * Reads one stack file. A file that is empty, unreadable or no YAML is a finding `stack-unreadable`:
 * what the stack claims is then unknown, and unknown is not nothing.
 * @param defaults the project's own (see {@link projectDefaults}); the stack's keys win.
 */
export const readStackFile = (root: string, stack: string, defaults?: ProjectDefaults): Checked<StackConfig> =>
  whenOk(textOf(root, stack), (text) => whenOk(rawStack(text, defaults), stackConfig));

/**
 * As {@link readStackFile}, of many stacks, one step after the other for all of them: it takes a fifth less time than stack
 * after stack, as the processor keeps at hand what a single step is made of.
 */
export const readStackFiles = (
  root: string,
  stacks: readonly string[],
  defaults?: ProjectDefaults,
): readonly Checked<StackConfig>[] =>
  stacks
    .map((stack) => textOf(root, stack))
    .map((text) => whenOk(text, (value) => rawStack(value, defaults)))
    .map((raw) => whenOk(raw, stackConfig));

/** As {@link readStackFile}, of text at hand. */
export const parseStack = (
  text: string,
  stack: string,
  file: string,
  defaults?: ProjectDefaults,
): Checked<StackConfig> => whenOk(rawStack({ stack, file, text }, defaults), stackConfig);

const whenOk = <T, U>(checked: Checked<T>, next: (value: T) => Checked<U>): Checked<U> =>
  checked.ok ? next(checked.value) : checked;

/** A stack file, not yet understood. */
interface StackText {
  readonly stack: string;
  readonly file: string;
  readonly text: string;
}

function textOf(root: string, stack: string): Checked<StackText> {
  const file = stackFileName(stack);
  try {
    return { ok: true, value: { stack, file, text: readText(join(root, file)) }, findings: [] };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return unopened(root, stack, file, error);
  }
}

function rawStack({ stack, file, text }: StackText, defaults: ProjectDefaults | undefined): Checked<RawStack> {
  if (text.trim() === "") return unreadable(stack, file, "is empty", removal(stack, file));
  const read = readYaml(text);
  if ("problems" in read) {
    const findings = read.problems.map(({ message, line }) =>
      unreadableFinding(stack, file, `is not valid YAML: ${message}`, instruction(`fix the syntax in ${file}`), line),
    );
    return { ok: false, findings };
  }
  const { content } = read.file;
  if (content === null) return unreadable(stack, file, "holds nothing but comments", removal(stack, file));
  if (!isMap(content))
    return unreadable(stack, file, "is not a map of keys", instruction(`begin ${file} with the key config:`));
  const config = content["config"] ?? {};
  if (!isMap(config)) {
    const remedy = instruction(`write keys like berth:prefix under config: in ${file}`);
    return unreadable(stack, file, "has a config: that is not a map of keys", remedy, read.file.line(["config"]));
  }
  const keys = keysOf(read.file, config, { stack, file, project: defaults?.project ?? "" });
  const { values } = keys;
  const encrypted: RawStack["encrypted"] = text.includes("secure") ? (path) => isSecure(at(values, path)) : undefined;
  const findings = [...topLevelFindings(content, read.file, file), ...keys.findings];
  return { ok: true, value: { stack, file, values, encrypted, defaults, findings, ...keys.places }, findings: [] };
}

/** Where keys stand in a stack's file, as far as there is one, and what the project says; see {@link RawStack}. */
export function stackFilePlaces(
  root: string,
  stack: string,
): Pick<RawStack, "line" | "typed" | "defaults" | "findings"> {
  const { defaults } = projectDefaults(root);
  const text = textOf(root, stack);
  const raw = text.ok ? rawStack(text.value, defaults) : text;
  if (!raw.ok) return { defaults };
  const { line, typed, findings } = raw.value;
  return { defaults, line, typed, findings };
}

interface FileOfStack {
  readonly stack: string;
  readonly file: string;
  readonly project: string;
}

/** The keys of berth in a stack's file, where they stand, and what is wrong with how they are written. */
function keysOf(
  read: YamlFile,
  config: Readonly<Record<string, unknown>>,
  { stack, file, project }: FileOfStack,
): Pick<BerthKeys, "values" | "findings"> & { readonly places: Required<Pick<RawStack, "line" | "typed">> } {
  const { values, written, findings } = berthKeys(config, { file, project, line: (key) => read.line(["config", key]) });
  const inFile = ([key = "", ...rest]: KeyPath): KeyPath => {
    return ["config", written.get(String(key)) ?? `berth:${key}`, ...rest];
  };
  const keyOf = ([group, key = "", ...rest]: KeyPath): KeyPath | undefined => {
    const name = group === "config" ? engineKey(String(key), project) : undefined;
    return name?.namespace === "berth" ? [name.name, ...rest] : undefined;
  };
  return {
    values,
    findings: [...findings, ...ambiguousValues(read.ambiguous, keyOf, { file, stack })],
    places: {
      // A key that is not there has no line, though the file has one for what is around it.
      line: (path) => read.line(inFile(path), 2),
      typed: (path) => read.typed(inFile(path)),
    },
  };
}

/** The keys that the engine knows in a stack's file [Pulumi 3.260]; it says nothing of others, and ignores them. */
const topLevel = ["config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment"];

/** Keys that are not under `config:`, where the engine does not see them. */
function topLevelFindings(content: Readonly<Record<string, unknown>>, read: YamlFile, file: string): Finding[] {
  return Object.keys(content).flatMap((key): Finding[] => {
    const source = { file, path: key, line: read.line([key]) };
    const isEnvironment = key === "environment" && typeof content[key] === "object";
    if (isEnvironment)
      return [
        {
          ...mistake(source, "values of Pulumi ESC are seen by the preview, and not by berth check"),
          severity: "warning",
        },
      ];
    if (topLevel.includes(key) && key !== "environment") return [];
    const meant = closest(key, topLevel.slice(0, -1));
    const isOfBerth = key.includes(":") || closest(key, ["berth", ...Object.keys(stackSchema.shape)]) !== undefined;
    const advice = isOfBerth ? `indent ${key} under config: in ${file}` : meant && `rename it to ${meant}`;
    const remedy = advice === undefined ? undefined : instruction(advice);
    const finding = mistake(source, `${key} is not under config:, so the engine ignores it`, undefined, remedy);
    return [remedy === undefined ? { ...finding, severity: "warning" } : finding];
  });
}

const removal = (stack: string, file: string): Remedy =>
  steps(
    instruction("write what the deployment is:"),
    berth("new", stack),
    instruction("or remove it:"),
    shell("rm", file),
  );

/** A file that cannot be opened, in words that name no folder of this machine. */
function unopened(root: string, stack: string, file: string, { code, reason }: UnreadableFile): Checked<never> {
  if (code !== "ENOENT") {
    const remedy = code === "EACCES" ? shell("chmod", "u+r", file) : shell("mv", file, `${file}.old`);
    return unreadable(stack, file, reason, remedy);
  }
  const other = stackFileThere(root, stack);
  if (other !== undefined) {
    const message = `is not read: beside a Pulumi.yaml the engine takes ${file}`;
    return unreadable(stack, other, message, shell("mv", "-n", other, file));
  }
  const nearest = closest(stack, listStacks(root));
  const near = nearest === undefined ? "" : `; there is ${stackFileThere(root, nearest)}`;
  return unreadable(stack, file, `does not exist${near}`, berth("new", stack));
}

const unreadable = (stack: string, file: string, message: string, remedy: Remedy, line?: number): Checked<never> => ({
  ok: false,
  findings: [unreadableFinding(stack, file, message, remedy, line)],
});

const unreadableFinding = (stack: string, file: string, message: string, remedy: Remedy, line?: number): Finding => ({
  code: "stack-unreadable",
  severity: "error",
  kind: "configuration",
  key: file,
  message: `${file} ${message}`,
  wanted: { stack, file, line },
  remedy,
});
