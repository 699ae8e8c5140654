import { configKey, type KeyPath } from "../findings/config-key.ts";
import type { Command, KeyCommand, Line, Note, PerLine, Remedy } from "../findings/remedy.ts";
import { shellWord } from "../notation/shell-quote.ts";

/** Where a remedy is pasted. */
export interface Reader {
  /**
   * Whose commands change a stack and its file. Those of Pulumi need a stack that the backend knows and the passphrase in
   * the environment, as there are where the engine runs; those of berth find both themselves.
   */
  readonly speaks: "pulumi" | "berth";
  /** What starts berth in that shell, as a shell reads it: `npx berth`. */
  readonly berth: string;
  /** The URL of the endpoint on which `docker` acts in that shell; undefined where it is not known. */
  readonly docker?: string;
}

/** A remedy for a POSIX shell: a line each for its steps, and every command alone on its line. */
export const remedyText = (remedy: Remedy, reader: Reader): string =>
  (remedy.kind === "steps" ? remedy.steps : [remedy]).map((line) => lineText(line, reader)).join("\n");

export const noteText = (note: Note, reader: Reader): string =>
  typeof note === "string"
    ? note
    : note.map((line) => (typeof line === "string" ? line : lineText(line, reader))).join("\n");

function lineText(line: Line, reader: Reader): string {
  switch (line.kind) {
    case "instruction":
      return line.text;
    case "sequence":
      return line.commands.map((command) => lineText(command, reader)).join(" && ");
    case "pipe":
      return line.commands.map((command) => commandText(command, reader)).join(" | ");
    default:
      return commandText(line, reader);
  }
}

function commandText(command: Command | PerLine, reader: Reader): string {
  switch (command.kind) {
    case "per-line":
      return `xargs -rn1 ${commandText(command.command, reader)}`;
    case "docker":
      return words("docker", ...hostOptions(command.endpoint, reader), ...command.argv);
    case "shell":
      return `${dockerHost(command.endpoint, reader)}${words(...command.argv)}`;
    case "berth":
      return `${reader.berth} ${words(...command.argv)}`;
    case "up":
      return reader.speaks === "berth"
        ? `${reader.berth} ${words("up", command.stack)}`
        : words("pulumi", "up", ...(command.yes === true ? ["-y"] : []), "-s", command.stack);
    default:
      return keyCommandText(command, reader);
  }
}

function keyCommandText(command: KeyCommand, reader: Reader): string {
  const config = `${reader.speaks === "berth" ? reader.berth : "pulumi"} config`;
  const { path, stack } = command;
  const key = keyWords(path);
  switch (command.kind) {
    case "set":
      // Behind `--` a value that begins with a dash is no option.
      return command.value.startsWith("-")
        ? `${config} ${words("set", ...key.slice(0, -1), "-s", stack, "--", ...key.slice(-1), command.value)}`
        : `${config} ${words("set", ...key, command.value, "-s", stack)}`;
    case "ask":
      return `${config} ${words("set", ...key, "-s", stack)}`;
    case "secret":
      return `${config} ${words("set", "--secret", ...key, "-s", stack)}`;
    case "unset":
      return `${config} ${words("rm", ...key, "-s", stack)}`;
    case "decrypt": {
      const read = `${config} ${words("get", "--path", configKey(path), "-s", stack)}`;
      return `${config} ${words("set", "--plaintext", "--path", configKey(path))} "$(${read})" ${words("-s", stack)}`;
    }
  }
}

const keyWords = (path: KeyPath): string[] => [...(path.length > 1 ? ["--path"] : []), configKey(path)];

/** Nothing where `docker` asks this endpoint anyway. */
function hostOptions(endpoint: string, { docker }: Reader): string[] {
  if (endpoint === docker) return [];
  // The docker command has another scheme for the same [Docker 29].
  const url = endpoint.replace(/^https?:/, "tcp:");
  return [...(endpoint.startsWith("https:") ? ["--tlsverify"] : []), "-H", url];
}

const dockerHost = (endpoint: string | undefined, { docker }: Reader): string =>
  endpoint === undefined || endpoint === docker ? "" : `DOCKER_HOST=${shellWord(endpoint)} `;

const words = (...argv: readonly string[]): string => argv.map(word).join(" ");

/** Of `NAME=value` only the value needs quotes. */
function word(text: string): string {
  const [, name, value] = /^(\w[\w./-]*=)(.+)$/s.exec(text) ?? [];
  return name === undefined || value === undefined ? shellWord(text) : `${name}${shellWord(value)}`;
}
