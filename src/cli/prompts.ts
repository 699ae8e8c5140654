import { wrongUsage } from "./outcome.ts";

/** True where a person can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Asks for the stack's name before something is removed; without a terminal the flag must say it. */
export async function confirmName(stack: string, what: string): Promise<void> {
  if (!canAsk()) throw wrongUsage(`${what}.\nThere is no terminal to confirm it on: add --yes`);
  const { input } = await import("@inquirer/prompts");
  process.stdout.write(`${what}.\n`);
  const typed = await input({ message: "Type the stack's name to go on:" });
  if (typed !== stack) throw wrongUsage(`"${typed}" is not ${stack}; nothing was removed`);
}
