import { memoize } from "./memoize.ts";

/** Names on the host: everything of a deployment is `<prefix>_<key>`, with `-` and `.` as `_`. */
export const hostName = (prefix: string, key: string): string => `${prefix}_${suffix(key)}`;

const suffix = memoize((key) => key.replace(/[-.]/g, "_"));

/** A container's name as a host name, in which no underscore may stand: not every program takes one. */
export const networkName = (container: string): string => container.replaceAll("_", "-");

/** The key of the relay through which a deployment reaches its platform; see relay.ts. */
export const relayKey = "database-relay";

/** The prefix that a stack has when it names none. */
export const prefixOfStack = (stack: string): string => stack.toLowerCase().replace(/[^a-z0-9]/g, "_");

/** Linux and PostgreSQL names both fit: a letter first, then letters, digits and underscores; room for a suffix within 63. */
export const prefixPattern = /^[a-z][a-z0-9_]{0,39}$/;
export const prefixAllowed =
  "lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b";

/** The prefix that comes nearest to a text: `Hospital B` gives `hospital_b`, `2024` gives `d_2024`. */
export function nearestPrefix(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+/, "");
  return (/^[a-z]/.test(words) ? words : `d_${words}`).slice(0, 40).replace(/_+$/, "");
}

const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const registry = "(?:localhost|[\\w-]+(?:\\.[\\w-]+)+|[\\w-]+(?=:))(?::\\d+)?";

/** The name of an image, as Docker takes it: registry, path in lower case, tag, digest. */
export const imagePattern = new RegExp(
  `^(?:${registry}/)?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** An image's name as a piece of a path: every character that is not a letter or digit as `_`. */
export const imageSlug = memoize((image) => image.replace(/[^a-zA-Z0-9]/g, "_"));
