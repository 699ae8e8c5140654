import { CommanderError } from "commander";
import { failureText } from "./failure.ts";
import { exitCodes, Outcome } from "./outcome.ts";
import { createProgram } from "./program.ts";

// Who reads only the first lines (`berth list | head -1`) has read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

createProgram()
  .parseAsync()
  .catch((error: unknown) => (process.exitCode = codeOf(error)));

function codeOf(error: unknown): number {
  if (error instanceof Outcome) {
    if (error.message !== "") process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongUsage;
  if (error instanceof Error && error.name === "ExitPromptError") {
    process.stderr.write("stopped before the last answer; nothing was changed\n");
    return exitCodes.wrongUsage;
  }
  process.stderr.write(`berth: ${failureText(error) ?? traceOf(error)}\n`);
  return exitCodes.notReached;
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
