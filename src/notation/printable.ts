/**
 * Foreign text (names, labels, output of containers, answers of servers, file contents) made safe to show. Everything
 * that berth shows passes through here at its edge: src/cli/terminal.ts, src/program.ts, findings and Markdown.
 */

/** Control and invisible characters, among them those that change the direction of text; the joiners of emoji and scripts stay. */
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
import { ownValue } from "./own-value.ts";

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

/** Visible, so that two names that differ never look alike. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return (
    ownValue(names, character) ??
    (code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`)
  );
}

/** A text without anything that a terminal obeys; its lines and tabs stay. */
export const printable = (text: string): string =>
  text.replace(invisible, (character) => (character === "\n" || character === "\t" ? character : visible(character)));

/** The same on one line. */
export const oneLine = (text: string): string => text.replace(invisible, visible);

/** The same for the engine, without the marks that it takes for colours: it dies of one that it does not know [Pulumi 3.260]. */
export const engineText = (text: string): string => printable(text).replaceAll("<{%", "<{ %");

/** JSON in which no character is invisible; it reads back as the same value. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(invisible, (character) =>
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
          .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
          .join(""),
  );
