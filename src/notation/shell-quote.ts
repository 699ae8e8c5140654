/** Quoting for `sh`. */
import { oneLine } from "./printable.ts";

/**
 * A text as one word of a command: bare where it is harmless, else in single quotes. With a line end or an invisible
 * character it is written as `$'a\nb'`, so that the command stays on its line and shows what it holds; bash, zsh, ksh and
 * POSIX of 2024 read that, dash does not.
 */
export const shellWord = (text: string): string => {
  if (/^(?!=)[\w@%+=:,./-]+$/.test(text)) return text;
  return isVisible(text) ? `'${text.replaceAll("'", "'\\''")}'` : `$'${text.replace(/./gsu, escaped)}'`;
};

const isVisible = (text: string): boolean => oneLine(text) === text;

/** In `$'…'` a backslash and an apostrophe are escaped, and what is invisible is written byte by byte. */
function escaped(character: string): string {
  if (/['\\]/.test(character)) return `\\${character}`;
  if (isVisible(character)) return character;
  if (character === "\n") return "\\n";
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/**
 * A text as the value of an assignment that `sh` reads unchanged, and other readers of such files as far as they can.
 * In single quotes all take it as it is, line ends, `$`, `#` and `"` included. But an apostrophe cannot stand there, and
 * a backslash at the end is misread by some: then double quotes, with a backslash before `" \ $` and the backtick.
 * What cannot be carried: of these four, Compose v2 does not read the backtick, Python's dotenv (docker-compose 1.29)
 * neither that nor `$`, Node none. Python's dotenv misreads a backslash at the end, too, takes two for one, and fills in
 * `${NAME}` whatever the quotes. All but sh may take a carriage return for a line end.
 */
export const assignedText = (text: string): string =>
  /'|\\$/.test(text) ? `"${text.replace(/["\\$`]/g, "\\$&")}"` : `'${text}'`;
