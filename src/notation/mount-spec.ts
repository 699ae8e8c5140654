import { memoize } from "./memoize.ts";

/** A mount in Compose's short form, taken apart as compose-go does (format.ParseVolume). */
export interface MountSpec {
  /** A volume, or a path of the host; absent for an anonymous volume. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly noCopy: boolean;
  readonly relabel?: "z" | "Z";
  readonly propagation?: string;
  /** Options that Compose does not know, and ignores. */
  readonly unknown: readonly string[];
}

export const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"] as const;

/** Meant something on other systems than Linux, or mean what is so by itself. */
const withoutEffect = ["rw", "cached", "delegated", "consistent"];

/** Undefined where the text is not a mount. */
export const mountSpec = memoize((text): MountSpec | undefined => {
  const parts = text.length <= 2 ? [text] : partsOf(text);
  const [first = "", second, options = "", ...more] = parts;
  if (more.length > 0 || parts.includes("")) return undefined;
  const words = options === "" ? [] : options.split(",");
  const last = [...words].reverse();
  const propagation = last.find((word) => (propagations as readonly string[]).includes(word));
  const relabel = last.find((word) => word === "z" || word === "Z");
  return {
    ...(second !== undefined && { source: first }),
    target: second ?? first,
    readOnly: last.find((word) => word === "ro" || word === "rw") === "ro",
    noCopy: words.includes("nocopy"),
    ...(relabel && { relabel }),
    ...(propagation && { propagation }),
    unknown: words.filter((word) => !isKnown(word)),
  };
});

const isKnown = (word: string): boolean =>
  ["", "ro", "z", "Z", "nocopy", ...withoutEffect, ...propagations].includes(word);

/** The parts between colons; a single letter and a colon are a drive of Windows, and so the beginning of a path. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (character !== ":" || /^[a-z]$/i.test(part)) part += character;
    else {
      parts.push(part);
      part = "";
    }
  }
  return [...parts, part];
}

/** Whether the source of a mount is a path, and not the name of a volume. */
export const isPath = (source: string): boolean => /^(?:[./~]|\\\\|[a-z]:)/i.test(source);

/** Whether a path is one of Windows, which no Docker host of berth has. */
export const isWindowsPath = (source: string): boolean => /^(?:\\\\|[a-z]:)/i.test(source);
