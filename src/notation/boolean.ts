import { ownValue } from "./own-value.ts";

const words: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  on: true,
  false: false,
  n: false,
  no: false,
  off: false,
};

/** A boolean written as text, in the words that Compose accepts; undefined where the text is none of them. */
export const booleanOf = (text: string): boolean | undefined => ownValue(words, text.toLowerCase());
