import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { inject } from "vitest";

/** The command as people run it: a process of its own, from the bundle that is made once for a run of the tests. */
const repository = join(import.meta.dirname, "..", "..", "..");
const folder = inject("folder");
/** Where remedies find `berth`, and can be pasted as they are. */
const bin = join(folder, "bin");
/** What comes before the arguments. */
export const program = [process.execPath, join(bin, "berth")] as const;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called whenever it has said something. */
  readonly said?: () => void;
}

const PATH = [bin, process.env["PATH"]].join(delimiter);
const quiet = {
  PATH,
  npm_command: undefined,
  NO_COLOR: "1",
  DOCKER_HOST: undefined,
  DOCKER_CONTEXT: undefined,
  NODE_OPTIONS: undefined,
};

/** Runs a program to its end; never rejects because of an exit code. */
export function run(file: string, args: readonly string[], cwd: string, { env, said }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...quiet, ...env }, maxBuffer: 64 * 1024 ** 2 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end();
    for (const stream of said === undefined ? [] : [child.stdout, child.stderr]) stream?.on("data", () => said?.());
  });
}

export const berth = (cwd: string, args: readonly string[], options?: RunOptions): Promise<Ran> =>
  run(program[0], [program[1], ...args], cwd, options);

/** A command line as a person pastes it: `berth …` is the command under test. */
export const paste = (cwd: string, line: string, options?: RunOptions): Promise<Ran> =>
  run("sh", ["-c", line], cwd, options);

/** A project in a folder of its own, with the blueprint equipemed. Removed when the run ends. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, "cli-"));
  cpSync(join(repository, "blueprints/equipemed.yaml"), join(root, "blueprints/equipemed.yaml"));
  for (const [path, text] of Object.entries({ "Pulumi.yaml": "name: berth\nruntime: nodejs\n", ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The text of a stack file of EquipeMed. */
export const equipemed = (keys: Readonly<Record<string, unknown>>): string =>
  `config:\n  berth:blueprint: equipemed\n${Object.entries(keys)
    .map(([key, value]) => `  berth:${key}: ${JSON.stringify(value)}\n`)
    .join("")}`;

export interface Terminal {
  /** Waits until this is shown, after all that was waited for before; blanks and line ends do not count. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  /** The exit code. */
  readonly ended: Promise<number>;
  readonly screen: () => string;
}

/** Runs the command on a pseudo-terminal of util-linux' `script`. */
export function onTerminal(cwd: string, args: readonly string[], env: RunOptions["env"] = {}): Terminal {
  // `exec`: a shell that is interrupted while it waits would end with a code of its own.
  const line = `exec ${[...program, ...args].map((word) => `'${word}'`).join(" ")}`;
  const options = { cwd, env: { ...process.env, ...quiet, ...env, TERM: "xterm" } };
  const child: ChildProcess = spawn("script", ["-qefc", line, "/dev/null"], options);
  let raw = "";
  let from = 0;
  let look = (): void => {};
  const add = (piece: Buffer): void => {
    raw += piece.toString();
    look();
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  const bare = (text: string): string => stripVTControlCharacters(text).replace(/\s/g, "");
  return {
    ended,
    screen: () => stripVTControlCharacters(raw),
    type: (text) => void child.stdin?.write(text),
    shows: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (!bare(raw.slice(from)).includes(bare(text))) return;
          from = raw.length;
          look = () => {};
          resolve();
        };
        void ended.then(() => reject(new Error(`ended without showing ${text}: ${stripVTControlCharacters(raw)}`)));
        look();
      }),
  };
}
