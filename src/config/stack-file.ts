import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPath } from "../conflicts/config-key.ts";
import type { Checked, Finding } from "../conflicts/finding.ts";
import { closest } from "../conflicts/mistake.ts";
import { at, isMap, isSecure, projectDefaults } from "./project-defaults.ts";
import { meant } from "./schema.ts";
import type { ProjectDefaults, RawStack } from "./raw-stack.ts";
import { type StackConfig, stackConfig } from "./stack-config.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

const namespace = "berth:";
/** `.yml`, too, which is then told: see {@link stackFileName}. */
const stackFile = /^Pulumi\.([A-Za-z0-9._-]+)\.ya?ml$/;

/** Beside a Pulumi.yaml the engine reads no other ending [Pulumi 3.260]; a Pulumi.b.yml is to it as if it were not there. */
export const stackFileName = (stack: string): string => `Pulumi.${stack}.yaml`;

/** The stacks that have a file in the project, deployed or not, sorted by name. */
export function listStacks(root: string): string[] {
  return [...new Set(readdirSync(root).flatMap((name) => stackFile.exec(name)?.[1] ?? []))].sort();
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
    const text = readFileSync(join(root, file), "utf8");
    return { ok: true, value: { stack, file, text }, findings: [] };
  } catch (error) {
    return unopened(root, stack, file, error as NodeJS.ErrnoException);
  }
}

function rawStack({ stack, file, text }: StackText, defaults: ProjectDefaults | undefined): Checked<RawStack> {
  if (text.trim() === "") return unreadable(stack, file, "is empty", removal(stack, file));
  const read = readYaml(text);
  if ("problems" in read) {
    const findings = read.problems.map(({ message, line }) =>
      unreadableFinding(stack, file, `is no YAML: ${message}`, `mend ${file}`, line),
    );
    return { ok: false, findings };
  }
  const { content } = read.file;
  if (content === null) return unreadable(stack, file, "holds nothing but comments", removal(stack, file));
  if (!isMap(content)) return unreadable(stack, file, "is no map of keys", `begin ${file} with the key config:`);
  const config = content["config"] ?? {};
  if (!isMap(config)) {
    const remedy = `write keys like berth:prefix under config: in ${file}`;
    return unreadable(stack, file, "has a config: that is no map of keys", remedy, read.file.line(["config"]));
  }
  const values = berthKeys(config);
  const encrypted: RawStack["encrypted"] = text.includes("secure") ? (path) => isSecure(at(values, path)) : undefined;
  return { ok: true, value: { stack, file, values, encrypted, defaults, ...places(read.file) }, findings: [] };
}

/** Where keys stand in a stack's file, as far as there is one, and what the project says; see {@link RawStack}. */
export function stackFilePlaces(root: string, stack: string): Pick<RawStack, "line" | "typed" | "defaults"> {
  const { defaults } = projectDefaults(root);
  try {
    const read = readYaml(readFileSync(join(root, stackFileName(stack)), "utf8"));
    return { defaults, ...("file" in read ? places(read.file) : {}) };
  } catch {
    return { defaults };
  }
}

const places = (file: YamlFile): Required<Pick<RawStack, "line" | "typed">> => ({
  // A key that is not there has no line, though the file has one for what is around it.
  line: (path) => file.line(inFile(path), 2),
  typed: (path) => file.typed(inFile(path)),
});

const inFile = ([key, ...rest]: KeyPath): KeyPath => ["config", `${namespace}${key ?? ""}`, ...rest];

function berthKeys(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(namespace) ? [[key.slice(namespace.length), meant(key.slice(namespace.length), value)]] : [],
    ),
  );
}

const removal = (stack: string, file: string): string =>
  `write what the deployment is: berth new ${stack}; or remove it: rm ${file}`;

/** A file that cannot be opened, in words that name no folder of this machine. */
function unopened(root: string, stack: string, file: string, { code }: NodeJS.ErrnoException): Checked<never> {
  if (code === "EISDIR") return unreadable(stack, file, "is a folder", `move it away: mv ${file} ${file}.old`);
  if (code !== "ENOENT") return unreadable(stack, file, `cannot be read (${code ?? "unknown"})`, `chmod u+r ${file}`);
  const other = stackFileThere(root, stack);
  if (other !== undefined) {
    const message = `is not read: beside a Pulumi.yaml the engine takes ${file}`;
    return unreadable(stack, other, message, `mv ${other} ${file}`);
  }
  const nearest = closest(stack, listStacks(root));
  const near = nearest === undefined ? "" : `; there is ${stackFileThere(root, nearest)}`;
  return unreadable(stack, file, `does not exist${near}`, `berth new ${stack}`);
}

const unreadable = (stack: string, file: string, message: string, remedy: string, line?: number): Checked<never> => ({
  ok: false,
  findings: [unreadableFinding(stack, file, message, remedy, line)],
});

const unreadableFinding = (stack: string, file: string, message: string, remedy: string, line?: number): Finding => ({
  code: "stack-unreadable",
  severity: "error",
  kind: "configuration",
  key: file,
  message: `${file} ${message}`,
  wanted: { stack, file, line },
  remedy,
});
