import { memoize } from "./memoize.ts";
import { ownValue } from "./own-value.ts";

/** Sizes and durations in Compose's notation. */

const factors: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/** Bytes of `512M`, `2GiB`, `0`; undefined where the text is no size that can be counted exactly. */
export function bytesFromZero(text: string | number): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*(?:([kmgtp])(?:i?b)?|b)?$/i.exec(String(text).trim());
  if (match === null) return undefined;
  const size = Math.floor(Number(match[1]) * (ownValue(factors, match[2]?.toLowerCase() ?? "") ?? 1));
  return size <= Number.MAX_SAFE_INTEGER ? size : undefined;
}

/** Bytes of `512M`, `2g`, `1048576`; undefined where the text is no size above 0 that can be counted exactly. */
export function bytes(text: string | number): number | undefined {
  const size = bytesFromZero(text);
  return size === 0 ? undefined : size;
}

const nanoseconds: Readonly<Record<string, number>> = {
  w: 7 * 24 * 3600e9,
  d: 24 * 3600e9,
  h: 3600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ns: 1,
};

/** Go counts nanoseconds in 63 bits: a good 292 years. */
const longest = 2 ** 63;

const part = /(\d+\.?\d*|\.\d+)(w|d|h|ms|m|us|µs|μs|ns|s)/g;
const parts = new RegExp(`^(?:${part.source})+$`);

/** Nanoseconds of `1m30s`, `500ms`, `1d`; undefined where the text is no duration. */
export const duration = memoize((written): number | undefined => {
  const text = written.replace(/^\+/, "");
  if (!parts.test(text)) return text === "0" ? 0 : undefined;
  const time = [...text.matchAll(part)].reduce(
    (sum, [, amount, unit]) => sum + Math.round(Number(amount) * (ownValue(nanoseconds, unit ?? "") ?? 0)),
    0,
  );
  return time < longest ? time : undefined;
});

/** Seconds for people, as Compose writes them: `15m`, `1m30s`. */
export function durationText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount}${unit}`])).join("") || "0s";
}

/** A size for people: 512 MB, 1.5 GB. */
export function sizeText(size: number): string {
  const [divisor, unit] = size >= 1024 ** 3 ? [1024 ** 3, "GB"] : [1024 ** 2, "MB"];
  return `${Number((size / divisor).toFixed(2))} ${unit}`;
}

export const durationAllowed = "a duration, for example 30s or 1m30s";
export const sizeAllowed = "a size, for example 512M";

/** The most containers that one service may have. */
export const mostReplicas = 100;
export const replicasAllowed = `a whole number from 1 to ${mostReplicas}`;
