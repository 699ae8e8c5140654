/** Quoting for `sh`. */

/** A text as one word of a command: bare where it is harmless, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A text as the value of an assignment that `sh` reads unchanged, and other readers of such files as far as they can.
 * In single quotes all of them take everything as it is, line ends, `$`, `#` and `"` included. Only an apostrophe cannot
 * stand there, and a backslash at the end means something else to some: then double quotes, with a backslash before
 * `" \ $` and the backtick. sh knows these four, Compose v2 all but the backtick, Node and Python's dotenv not `\$`,
 * and Node none. All but sh turn a carriage return into a line end, and Python's dotenv two backslashes into one.
 */
export const assignedText = (text: string): string =>
  /'|\\$/.test(text) ? `"${text.replace(/["\\$`]/g, "\\$&")}"` : `'${text}'`;
