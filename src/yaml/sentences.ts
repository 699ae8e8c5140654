import type { ErrorCode } from "yaml";

const unexpected = "something that cannot stand here; quotes around the value help where it holds : # { } [ ] , & *";
const colon = "a key without its `: `";

/** What keeps a text from being YAML, as the parser names it or berth does. */
export type Trouble =
  ErrorCode | "ALIAS" | "AMBIGUOUS" | "CHARACTER" | "MERGE" | "PROTO_KEY" | "TAG" | "TOO_MUCH" | "UNKNOWN_TAG";

/** More nesting than any file needs, and less than any part of berth that walks through it can bear. */
export const mostNesting = 64;

/** What is wrong, in words that quote nothing of the file: it may hold secrets. */
export const sentences: Readonly<Record<Trouble, string>> = {
  ALIAS: "an alias (*name) that stands for nothing, or for itself",
  MERGE: "a merge key (<<) with something else than a map or a list of maps",
  TOO_MUCH: "aliases (*name) that stand for more than 100,000 values",
  UNKNOWN_TAG: "a tag (!name) that Compose does not know; remove it",
  AMBIGUOUS: "a number in a form that YAML 1.1 and YAML 1.2 read differently; write it in decimal, or text in quotes",
  ALIAS_PROPS: "an alias (*name) with an anchor or a tag",
  BAD_ALIAS: "an alias (*) without a name",
  BAD_COLLECTION_TYPE: "a tag that does not fit its value",
  BAD_DIRECTIVE: "a directive (%); remove it",
  BAD_DQ_ESCAPE: "a \\ in \"…\" that YAML does not know; write \\\\, or '…'",
  BAD_INDENT: "an indentation that fits nothing above it, or a [ or { that is not closed",
  BAD_PROP_ORDER: "an anchor or a tag in the wrong place",
  BAD_SCALAR_START: "a value that begins with @, ` or %; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a second `: ` on one line; put the value in quotes, or begin a new line",
  BLOCK_IN_FLOW: "lines of keys inside [ ] or { }",
  DUPLICATE_KEY: "a key that stands there twice",
  IMPOSSIBLE: unexpected,
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters",
  MISSING_CHAR: `a quote or bracket that is not closed, or ${colon}`,
  MULTILINE_IMPLICIT_KEY: colon,
  MULTIPLE_ANCHORS: "two anchors (&name) on one value",
  MULTIPLE_DOCS: "a second document (---); one file holds one",
  MULTIPLE_TAGS: "two tags on one value",
  NON_STRING_KEY: "a key that is not text; put it in quotes",
  CHARACTER: "a control character or an unusual line end; in double quotes write it as \\x07 or \\u2028",
  PROTO_KEY: "a key named __proto__",
  RESOURCE_EXHAUSTION: `more than ${mostNesting} levels of nesting`,
  TAG: "a tag (!name), which parsers of YAML read differently; remove it",
  TAB_AS_INDENT: "a tab as indentation; use spaces",
  TAG_RESOLVE_FAILED: "a tag that does not fit its value",
  UNEXPECTED_TOKEN: unexpected,
};
