import { configKey, type KeyPath } from "../findings/config-key.ts";
import { instruction, setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Typed } from "./yaml-file.ts";

/** What YAML 1.1 takes for a moment. */
export const isDate = (typed: string): boolean => /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/.test(typed);
/** What some version of YAML takes for a number. */
const numeric = /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*|\.inf|\.nan)(?:e[-+]?\d+)?$|^[-+]?0[xob][\da-f_]+$/i;
/** What every version of YAML takes for the same number: no leading zero, and no more digits than JavaScript keeps. */
const unambiguous =
  /^[-+]?(?:0|[1-9]\d{0,14})(?:\.\d*)?(?:e[-+]?\d+)?$|^[-+]?\.\d+(?:e[-+]?\d+)?$|^[-+]?\.inf$|^\.nan$/i;

/**
 * Whether a value without quotes is different values to YAML 1.2, as berth reads it, and to the engine, whose parser
 * (gopkg.in/yaml.v3) also knows forms of YAML 1.1: 052010 is octal to it, 1_000 a number, 2024-01-01 a moment.
 */
export const isAmbiguous = (typed: string): boolean =>
  isDate(typed) || (numeric.test(typed) && !unambiguous.test(typed));

/**
 * Values of the configuration that berth and the engine would read differently.
 * @param keyOf the key that a place of the file belongs to; undefined where it does not belong to berth
 */
export function ambiguousValues(
  values: readonly Typed[],
  keyOf: (path: Typed["path"]) => KeyPath | undefined,
  { file, stack }: { readonly file: string; readonly stack?: string },
): Finding[] {
  return values.flatMap(({ path, typed, line }) => {
    const key = keyOf(path);
    // Settings have a rule of their own (mangled.ts), and a secret in clear text is not shown.
    if (key === undefined || key[0] === "secrets" || (key[0] === "settings" && key.length === 2)) return [];
    const decimal = /^0+([1-9]\d*)$/.exec(typed)?.[1];
    const remedy =
      decimal !== undefined && stack !== undefined
        ? setKey(key, decimal, stack)
        : instruction(`write ${decimal ?? "it in decimal"} without leading zeros in ${file}, or put text in quotes`);
    const source = { file, path: configKey(key), line };
    return [
      mistake(
        source,
        `found ${typed}, which YAML 1.1 and YAML 1.2 read differently`,
        "a decimal number without leading zeros, or text in quotes",
        remedy,
      ),
    ];
  });
}
