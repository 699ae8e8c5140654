import { stripVTControlCharacters } from "node:util";
import { printable, printableJson } from "../notation/printable.ts";

/** All that the command writes: nothing foreign in it moves the cursor, changes the screen or hides a part of the text. */
export const print = (text: string): void => void process.stdout.write(`${printable(text)}\n`);

/** The same on stderr. */
export const complain = (text: string): void => void process.stderr.write(`${printable(text)}\n`);

export const printJson = (value: unknown): void => void process.stdout.write(`${printableJson(value, 2)}\n`);

/** One object in one line, of many. */
export const printJsonLine = (value: unknown): void => void process.stdout.write(`${printableJson(value)}\n`);

/** A file's text as it is, for a pipe; on a terminal like everything else. */
export const printFile = (text: string): void =>
  void process.stdout.write(process.stdout.isTTY ? printable(text) : text);

/** One line of the output of a program, without the colours that it may have. */
export const outputLine = (text: string): string =>
  printable(stripVTControlCharacters(text).trimEnd()).replaceAll("\n", "\\n");

/** A foreign message that may have several lines: those after the first are indented, so that none passes for one of berth's. */
export const hanging = (text: string): string => text.replaceAll("\n", "\n  ");
