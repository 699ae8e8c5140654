#!/usr/bin/env node
import { CommanderError } from "commander";
import { exitCodes, Outcome } from "./outcome.ts";
import { createProgram } from "./program.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}

function codeOf(error: unknown): number {
  if (error instanceof Outcome) {
    if (error.message !== "") process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongUsage;
  if (error instanceof Error && error.name === "ExitPromptError") return exitCodes.wrongUsage;
  process.stderr.write(`berth: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.notReached;
}
