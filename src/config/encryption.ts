import { configKey, type KeyPath, removeCommand, secretCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import { isMap, projectFile, type WholeStack } from "./project-defaults.ts";
import type { RawStack, SourceOf } from "./raw-stack.ts";

/** Paths outside the secrets whose value is encrypted: berth could not show or compare what they say. */
export const encryptedPaths = ({ values, encrypted }: RawStack): KeyPath[] =>
  encrypted === undefined
    ? []
    : Object.entries(values).flatMap(([key, value]) => (key === "secrets" ? [] : encryptedIn(value, [key], encrypted)));

function encryptedIn(value: unknown, path: KeyPath, encrypted: NonNullable<RawStack["encrypted"]>): KeyPath[] {
  if (encrypted(path)) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap((item, index) => encryptedIn(item, [...path, index], encrypted))
    : Object.entries(value).flatMap(([key, item]) => encryptedIn(item, [...path, key], encrypted));
}

export function encryptedValue(path: KeyPath, raw: RawStack, source: SourceOf): Finding {
  const [key = "", name] = path;
  const stack = raw.stack;
  const read = `pulumi config get --path ${configKey(path)} -s ${stack}`;
  const remedy =
    key !== "settings"
      ? `pulumi config set --plaintext --path ${configKey(path)} "$(${read})" -s ${stack}`
      : name === undefined
        ? `move it: ${secretCommand("NAME", stack)}`
        : `${secretCommand(String(name), stack)} && ${removeCommand(path, stack)}`;
  return mistake(
    source(...path),
    "an encrypted value",
    "clear text; what is secret belongs under berth:secrets",
    remedy,
  );
}

/** Secrets in clear text, secrets that cannot be told from each other, and those that no stack can decrypt. */
export function secretFindings(raw: WholeStack, source: SourceOf): Finding[] {
  const secrets = raw.values["secrets"];
  if (!isMap(secrets)) return [];
  // Each stack has a key of its own, and of an encrypted value in Pulumi.yaml the engine dies [Pulumi 3.260].
  const common = Object.keys(secrets).filter((name) => raw.fileOf(["secrets", name]) === projectFile);
  if (common.length > 0) return common.map((name) => forNobody(name, raw, source));
  const clear = Object.keys(secrets).filter((name) => raw.encrypted?.(["secrets", name]) !== true);
  if (raw.encrypted?.(["secrets"]) === true && clear.length > 0) {
    return [
      mistake(
        source("secrets"),
        "it is encrypted as a whole, so what is in it cannot be known",
        "a map of names, each with its own encrypted value",
        `${removeCommand(["secrets"], raw.stack)}, then for each: ${secretCommand("NAME", raw.stack)}`,
      ),
    ];
  }
  return clear.map((name) =>
    mistake(
      source("secrets", name),
      "a secret in clear text",
      "an encrypted value; take the old one for known to others",
      secretCommand(name, raw.stack),
    ),
  );
}

const forNobody = (name: string, raw: RawStack, source: SourceOf): Finding =>
  mistake(
    source("secrets", name),
    `a secret in ${projectFile}, where it is encrypted for no stack`,
    "secrets in the file of each stack",
    `take it out of ${projectFile}, then for each stack: ${secretCommand(name, raw.stack)}`,
  );
