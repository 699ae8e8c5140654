/** A command in words, and what Compose leaves out of it. */
export interface ComposeWords {
  readonly words: readonly string[];
  /** From the first operator of a shell on, for example `&& run`: Compose ends the command there. */
  readonly leftOut?: string;
}

/**
 * Splits a command as Compose does (github.com/mattn/go-shellwords): blanks separate, quotes and backslashes keep, also what is
 * inside `$( )` and backquotes. There is no shell: an operator ends the command.
 * @returns undefined where a quote or a bracket is not closed.
 */
export function composeWords(text: string): ComposeWords | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let escaped = false;
  let inside: "'" | '"' | "`" | "(" | undefined;
  const characters = [...text];
  for (const [index, character] of characters.entries()) {
    const isOpen = inside === undefined;
    if (escaped) {
      word = (word ?? "") + character;
      escaped = false;
    } else if (character === "\\" && inside !== "'") {
      escaped = true;
    } else if (/[ \t\r\n]/.test(character) && isOpen) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if ((character === "'" || character === '"') && (isOpen || inside === character)) {
      inside = isOpen ? character : undefined;
      word ??= "";
    } else if (isOpen && /[;&|<>]/.test(character)) {
      // A number before > is the file that it writes, no word.
      if (character === ">" && /^\d/.test(word ?? "")) word = undefined;
      return { words: word === undefined ? words : [...words, word], leftOut: characters.slice(index).join("") };
    } else {
      if (character === "`" && (isOpen || inside === "`")) inside = isOpen ? "`" : undefined;
      if (character === ")" && inside === "(") inside = undefined;
      else if (isOpen && character === ")") return undefined;
      if (isOpen && character === "(") {
        if (word?.endsWith("$") !== true) return undefined;
        inside = "(";
      }
      word = (word ?? "") + character;
    }
  }
  if (inside !== undefined || escaped) return undefined;
  return { words: word === undefined ? words : [...words, word] };
}
