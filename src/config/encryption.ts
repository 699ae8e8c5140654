import type { KeyPath } from "../findings/config-key.ts";
import { instruction, sequence, setSecret, steps, unsetKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { type WholeStack } from "./project-defaults.ts";
import { isMap } from "./raw-values.ts";
import { projectFile } from "./schema.ts";
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
  const remedy =
    key !== "settings"
      ? ({ kind: "decrypt", path, stack } as const)
      : name === undefined
        ? steps(instruction("move it:"), setSecret("NAME", stack))
        : sequence(setSecret(String(name), stack), unsetKey(path, stack));
  return mistake(
    source(...path),
    "an encrypted value",
    "clear text; what is secret belongs under berth:secrets",
    remedy,
  );
}

/** Secrets in clear text, secrets that cannot be distinguished, and those that no stack can decrypt. */
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
        steps(unsetKey(["secrets"], raw.stack), instruction("then for each:"), setSecret("NAME", raw.stack)),
      ),
    ];
  }
  return clear.map((name) =>
    mistake(
      source("secrets", name),
      "a secret in clear text",
      "an encrypted value; treat the old one as compromised and rotate it",
      setSecret(name, raw.stack),
    ),
  );
}

const forNobody = (name: string, raw: RawStack, source: SourceOf): Finding =>
  mistake(
    source("secrets", name),
    `a secret in ${projectFile}, where it is encrypted for no stack`,
    "secrets in the file of each stack",
    steps(instruction(`take it out of ${projectFile}, then for each stack:`), setSecret(name, raw.stack)),
  );
