import { CommanderError } from "commander";
import { isUninterrupted } from "../engine/signals.ts";
import { failureCode, failureText } from "./failure.ts";
import { exitCodes, Outcome } from "./outcome.ts";
import { createProgram } from "./program.ts";
import { complain, hanging } from "./terminal.ts";

// A reader of the first lines only (`berth list | head -1`) gives EPIPE, a closed terminal EIO. An update goes on all the
// same: the engine has to write the state.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    if (!isUninterrupted()) process.exit();
  });

createProgram()
  .parseAsync()
  .catch((error: unknown) => (process.exitCode = codeOf(error)));

function codeOf(error: unknown): number {
  if (error instanceof Outcome) {
    if (error.message !== "") complain(error.message);
    return error.exitCode;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongUsage;
  if (error instanceof Error && error.name === "ExitPromptError") {
    complain("stopped before the last answer; nothing was changed");
    return exitCodes.wrongUsage;
  }
  complain(`berth: ${hanging(failureText(error) ?? traceOf(error))}`);
  return failureCode(error);
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
