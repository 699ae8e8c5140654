/** Quoting for `sh`. */

/** A text as one word of a command: bare where it is harmless, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

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
