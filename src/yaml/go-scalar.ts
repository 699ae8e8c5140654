import type { Plain } from "./tree.ts";

/**
 * A value without quotes as Compose reads it (gopkg.in/yaml.v3 and later): numbers in the forms of YAML 1.1 and 1.2, no
 * other booleans than true and false, dates in the words of Go. Whole numbers that JavaScript cannot hold stay text, so
 * that they keep their digits.
 */
export function goScalar(typed: string): Plain {
  if (nulls.has(typed)) return null;
  if (truths.has(typed)) return true;
  if (falsehoods.has(typed)) return false;
  return /^[-+.\d]/.test(typed) ? (dateText(typed) ?? number(typed) ?? typed) : typed;
}

const nulls: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const truths: ReadonlySet<string> = new Set(["true", "True", "TRUE"]);
const falsehoods: ReadonlySet<string> = new Set(["false", "False", "FALSE"]);

function number(typed: string): Plain | undefined {
  const digits = typed.replaceAll("_", "");
  const [, sign = "", whole] = /^([-+]?)(0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.exec(digits) ?? [];
  if (whole !== undefined) {
    const value = BigInt(/^0[0-7]+$/.test(whole) ? `0o${whole.slice(1)}` : whole) * (sign === "-" ? -1n : 1n);
    if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value);
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return String(value);
  }
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}

const date = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| )(\d\d?):(\d\d?):(\d\d?)(\.\d{1,9})?(Z|[-+]\d\d:\d\d)?)?$/;

/** A moment as Go prints it. */
function dateText(typed: string): string | undefined {
  const [, year = "", month = "", day = "", gap, hour = "0", minute = "0", second = "0", fraction = "", zone] =
    date.exec(typed) ?? [];
  if (year === "" || (gap !== undefined && (gap === " ") !== (zone === undefined))) return undefined;
  const most = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const isReal = between(month, 1, 12) && between(day, 1, most) && between(hour, 0, 23);
  if (!isReal || !between(minute, 0, 59) || !between(second, 0, 59)) return undefined;
  const two = (text: string): string => text.padStart(2, "0");
  const offset = (zone ?? "Z").replace(":", "");
  const parts = fraction.replace(/\.?0+$/, "");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${parts} ${
    offset === "Z" || offset === "+0000" ? "+0000 UTC" : `${offset} ${offset}`
  }`;
}

const between = (text: string, least: number, most: number): boolean => Number(text) >= least && Number(text) <= most;
