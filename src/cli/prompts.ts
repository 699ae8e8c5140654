import { text } from "node:stream/consumers";
import { printable } from "../notation/printable.ts";
import { wrongUsage } from "./outcome.ts";
import { print } from "./terminal.ts";

/** True where a person can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Asks for the stack's name before something is removed; without a terminal the flag must say it. */
export async function confirmName(stack: string, what: string): Promise<void> {
  if (!canAsk()) throw wrongUsage(`${what}.\nThere is no terminal to confirm it on: add --yes`);
  const { default: input } = await import("@inquirer/input");
  print(`${what}.`);
  const typed = await input({ message: "Type the stack's name to go on:" });
  if (typed !== stack) throw wrongUsage(`"${typed}" is not ${stack}; nothing was removed`);
}

/** Asks whether to go on; without a terminal the flag must say it. */
export async function confirm(question: string, otherwise: string): Promise<void> {
  if (!canAsk()) throw wrongUsage(`${question}\nThere is no terminal to answer on: add --yes; ${otherwise}`);
  const { default: ask } = await import("@inquirer/confirm");
  if (!(await ask({ message: printable(question), default: false }))) throw wrongUsage(otherwise);
}

/** One value: from a pipe without the line's end, else asked for on a terminal. */
export async function askValue(name: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/[\r\n]+$/, "");
  if (!canAsk()) throw wrongUsage(`say the value of ${name} after it`);
  const { default: input } = await import("@inquirer/input");
  return input({ message: `${name}:` });
}
