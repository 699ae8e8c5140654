import type { KeyPath } from "../findings/config-key.ts";
import { closest } from "../findings/suggest.ts";
import { nearestPrefix } from "../notation/names.ts";
import { stackSchema } from "./schema.ts";

/** What a wrong value was probably meant to be, as text that the key takes; undefined where nothing suggests itself. */
export function suggestion(path: KeyPath, value: unknown): string | undefined {
  const [key = "", ...rest] = path;
  if (key === "ports") return rest.length === 1 || rest[1] === "port" ? port(value) : undefined;
  if (typeof value === "number" && key === "prefix") return nearestPrefix(String(value));
  if (typeof value !== "string") return undefined;
  if (key === "services" && rest.at(-1) === "memory") return size(value);
  if (rest.length > 0) return undefined;
  const wish = wishes[key]?.(value);
  const accepted =
    wish !== undefined && stackSchema.partial().safeParse({ [key]: key === "running" ? wish === "true" : wish });
  return accepted && accepted.success ? wish : undefined;
}

/** The number that stands in quotes, else what is right everywhere. */
const port = (value: unknown): string =>
  typeof value === "string" && /^\d{4,5}$/.test(value) && Number(value) >= 1024 && Number(value) <= 65535
    ? value
    : "auto";

const wishes: Readonly<Record<string, (value: string) => string | undefined>> = {
  prefix: nearestPrefix,
  domain: (value) =>
    value
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, "")
      .replace(/[:/].*$/, ""),
  environment: (value) => closest(value, ["development", "staging", "production"]),
  inventory: (value) => closest(value, ["live", "files"]),
  endpoint: (value) => (/^[\w.-]+:\d+$/.test(value) ? `tcp://${value}` : undefined),
  running: (value) =>
    /^(?:yes|on|y|true)$/i.test(value) ? "true" : /^(?:no|off|n|false)$/i.test(value) ? "false" : undefined,
};

/** `512MiB` and `512 Mi` as Docker writes them: 512M. */
function size(value: string): string | undefined {
  const match = /^([1-9]\d*)\s*([kmg])i?b?$/i.exec(value.trim());
  return match === null ? undefined : `${match[1] ?? ""}${(match[2] ?? "").toUpperCase()}`;
}
