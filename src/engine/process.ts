import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, isAbsolute } from "node:path";
import type { CommandError, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { onEndSignals, uninterrupted } from "./signals.ts";

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

type Ears = [onOutput?: (text: string) => void, onError?: (text: string) => void, signal?: AbortSignal];

/** How the Automation API runs the CLI; it exports no types for this. */
type Run = (args: string[], cwd: string, env: Readonly<Record<string, string>>, ...ears: Ears) => Promise<Ran>;

/**
 * Lets updates run in a process group of their own: a Ctrl-C of the terminal and a `kill` then both reach berth alone,
 * which hands each signal on exactly once. The first one makes the engine cancel: it finishes the steps it has begun,
 * writes the state and releases the lock. The second one ends it at once.
 */
export async function inOwnGroup(command: PulumiCommand): Promise<PulumiCommand> {
  const { CommandError: Failed } = await import("@pulumi/pulumi/automation/index.js");
  const runnable = command as PulumiCommand & { run: Run };
  const usual = runnable.run.bind(command);
  runnable.run = (args, cwd, env, ...ears) =>
    ears[2] === cancellable
      ? uninterrupted(() => runDetached(command.command, args, { cwd, env, ears }, Failed))
      : usual(args, cwd, env, ...ears);
  return command;
}

/** Marks an operation of the Automation API as an update: signals cancel it. */
export const cancellable = new AbortController().signal;

interface Wish {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ears: Ears;
}

/** As the Automation API runs a command, but for the group. */
async function runDetached(
  program: string,
  args: readonly string[],
  { cwd, env, ears: [onOutput, onError] }: Wish,
  Failed: typeof CommandError,
): Promise<Ran> {
  const path = isAbsolute(program) && { PATH: [dirname(program), process.env["PATH"]].join(delimiter) };
  const child = spawn(program, [...args, "--non-interactive"], {
    cwd,
    env: { ...process.env, ...path, ...env, PULUMI_AUTOMATION_API: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => ((said.stdout += text), onOutput?.(text)));
  child.stderr.setEncoding("utf8").on("data", (text: string) => ((said.stderr += text), onError?.(text)));
  const release = onEndSignals(() => void child.kill("SIGINT"));
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (code === 0) return { ...said, code };
    const how = code === null ? `was killed with ${signal ?? "a signal"}` : `failed with exit code ${code}`;
    const stderr = [`Command ${how}: pulumi ${args[0] ?? ""}`, said.stderr, said.stdout].join("\n");
    // Its constructor has no types; it takes what the command said.
    throw Reflect.construct(Failed, [{ ...said, stderr, code: code ?? -2, toString: () => stderr }]) as CommandError;
  } finally {
    release();
  }
}
