import { exitStatus as exitCodes } from "../findings/finding.ts";

export { exitCodes };

/** What exit codes say, for `berth --help`. */
export const exitCodesText = `Exit codes: 0 fine; 1 findings, or an operation that failed; 2 wrong usage or configuration, or a question
left with Ctrl-C (nothing was changed); 3 a host, the engine or a file could not be reached.`;

/** Ends a command with an exit code, and with a message on stderr unless it is empty. */
export class Outcome extends Error {
  constructor(
    readonly exitCode: number,
    message = "",
  ) {
    super(message);
  }
}

export const wrongUsage = (message: string): Outcome => new Outcome(exitCodes.wrongUsage, message);
