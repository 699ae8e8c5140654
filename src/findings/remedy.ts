import type { KeyPath } from "./config-key.ts";

/**
 * What helps against a finding, as data: src/report turns it into the commands of the person who reads it, JSON carries
 * it as it is. No producer writes a command as text, so none has to quote, and none has to know which program is at hand.
 */
export type Remedy = Line | Steps;

/** What a remedy has on one line. */
export type Line = Sequence | Instruction;

/** One simple command. */
export type Command = KeyCommand | UpCommand | BerthCommand | DockerCommand | ShellCommand;

/** Changes one key of a stack file. */
export type KeyCommand =
  | { readonly kind: "set"; readonly path: KeyPath; readonly value: string; readonly stack: string }
  /**
   * `ask` asks for the value, `secret` likewise and encrypts it, so that no value is in the shell's history; `unset`
   * removes the key, and `decrypt` writes its encrypted value in clear text.
   */
  | {
      readonly kind: "ask" | "secret" | "unset" | "decrypt";
      readonly path: KeyPath;
      readonly stack: string;
    };

/** Brings a stack up. */
export interface UpCommand {
  readonly kind: "up";
  readonly stack: string;
  /** Whether the engine does not ask first: a part of a longer command cannot wait for an answer. */
  readonly yes?: boolean;
}

/** Runs berth: `["new", "hospital-b"]`. */
export interface BerthCommand {
  readonly kind: "berth";
  readonly argv: readonly string[];
}

/** Runs the docker command on one endpoint: `["rm", "-f", "hospital_a_app"]`. */
export interface DockerCommand {
  readonly kind: "docker";
  readonly argv: readonly string[];
  /** The endpoint's URL. */
  readonly endpoint: string;
}

/** Runs another program, for what neither berth nor Docker does: `["mkdir", "-p", "/srv/data"]`. */
export interface ShellCommand {
  readonly kind: "shell";
  readonly argv: readonly string[];
  /** The URL of the endpoint that the program is to find in DOCKER_HOST. */
  readonly endpoint?: string;
}

/** The output of each command is the input of the next one. */
export interface Pipe {
  readonly kind: "pipe";
  readonly commands: readonly (Command | PerLine)[];
}

/** Runs a command once for each line of its input, which is its last argument. */
export interface PerLine {
  readonly kind: "per-line";
  readonly command: DockerCommand;
}

/** Each command runs where the one before it succeeded. */
export type Sequence = Command | Pipe | { readonly kind: "sequence"; readonly commands: readonly (Command | Pipe)[] };

/** What to do where no command can do it. */
export interface Instruction {
  readonly kind: "instruction";
  readonly text: string;
}

/** Lines in their order. */
interface Steps {
  readonly kind: "steps";
  readonly steps: readonly Line[];
}

/** What was verified for a remedy (`free on this host`), or what else could be done; each entry is a line. */
export type Note = string | readonly (string | Line)[];

/** A remedy with its note, as a finding has them. */
export interface Advice {
  readonly remedy: Remedy;
  readonly remedyNote?: Note;
}

export const setKey = (path: KeyPath, value: string | number, stack: string): KeyCommand => ({
  kind: "set",
  path,
  value: String(value),
  stack,
});

export const askKey = (path: KeyPath, stack: string): KeyCommand => ({ kind: "ask", path, stack });

export const unsetKey = (path: KeyPath, stack: string): KeyCommand => ({ kind: "unset", path, stack });

/** Asks for a secret, which is encrypted. */
export const setSecret = (name: string, stack: string): KeyCommand => ({
  kind: "secret",
  path: ["secrets", name],
  stack,
});

export const up = (stack: string): UpCommand => ({ kind: "up", stack });

export const berth = (...argv: readonly string[]): BerthCommand => ({ kind: "berth", argv });

/** @param endpoint the URL of the endpoint on which it acts */
export const docker = (endpoint: string, ...argv: readonly string[]): DockerCommand => ({
  kind: "docker",
  argv,
  endpoint,
});

export const shell = (...argv: readonly string[]): ShellCommand => ({ kind: "shell", argv });

export const pipe = (...commands: Pipe["commands"]): Pipe => ({ kind: "pipe", commands });

export const perLine = (command: DockerCommand): PerLine => ({ kind: "per-line", command });

export const sequence = (...commands: readonly (Command | Pipe)[]): Sequence => {
  const [only] = commands;
  return commands.length === 1 && only !== undefined ? only : { kind: "sequence", commands };
};

export const instruction = (text: string): Instruction => ({ kind: "instruction", text });

export const steps = (...lines: readonly Line[]): Remedy => {
  const [only] = lines;
  return lines.length === 1 && only !== undefined ? only : { kind: "steps", steps: lines };
};

/** The lines of a remedy. */
export const linesOf = (remedy: Remedy): readonly Line[] => (remedy.kind === "steps" ? remedy.steps : [remedy]);

/** The commands of a remedy in their order, without its instructions. */
export const commandsOf = (remedy: Remedy): readonly (Command | PerLine)[] => linesOf(remedy).flatMap(commandsIn);

function commandsIn(line: Line): readonly (Command | PerLine)[] {
  if (line.kind === "instruction") return [];
  if (line.kind === "sequence") return line.commands.flatMap(commandsIn);
  return line.kind === "pipe" ? line.commands : [line];
}
