import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { StackConfig } from "../../config/stack-config.ts";
import { projectFile } from "../../config/schema.ts";
import { instruction, sequence, setSecret, steps, unsetKey } from "../../findings/remedy.ts";
import type { Finding } from "../../findings/finding.ts";
import { secretWishes } from "../database.ts";
import { once } from "../../notation/memoize.ts";
import { suspicionOf } from "../../notation/secret-names.ts";
import { isCommon } from "../unknown-names.ts";
import { weaknessOf } from "./weak-secrets.ts";
import { ownValue } from "../../notation/own-value.ts";

/**
 * Secrets among the settings, where everyone who can read the stack file reads them, and where a generated secret of the
 * same name would silently win. What the blueprint declares decides: its secrets always are, its settings never.
 * No finding holds a piece of a value.
 */
export function clearSecrets(config: StackConfig, blueprint: Blueprint): Finding[] {
  return Object.entries(config.settings).flatMap(([name, text]): Finding[] => {
    const wish = ownValue(secretWishes(blueprint), name);
    const isDeclared = secretNames(blueprint).has(name) || config.secretsGiven.includes(name);
    const suspicion = isDeclared ? "certain" : suspicionIn(blueprint, name, text);
    if (suspicion === undefined) return [];
    const isStrict = config.environment !== "development";
    const weakness = weaknessOf(text, { minimum: wish?.minimum, forbidden: wish?.forbidden ?? [] }, isStrict);
    const isError = isDeclared || (isStrict && (suspicion === "certain" || weakness !== undefined));
    const what = isDeclared ? "is a secret of this deployment" : "looks like a secret";
    return [
      {
        code: "secret-in-clear-text",
        severity: isError ? "error" : "warning",
        kind: "secret",
        key: config.source("settings", name).path,
        message: `${name} ${what}, and is written as a setting${weakness === undefined ? "" : `; it ${weakness}`}`,
        allowed: "an encrypted value under berth:secrets; treat the old one as compromised and use a new one",
        wanted: { stack: config.stack, ...config.source("settings", name) },
        ...remedyFor(name, config),
        ...((wish?.generate !== undefined || !isDeclared) && {
          remedyNote:
            wish?.generate !== undefined
              ? ["or have it generated:", unsetKey(["settings", name], config.stack)]
              : `if it is not a secret, declare it under x-berth.settings in ${blueprint.file}`,
        }),
      },
    ];
  });
}

/** A setting that the blueprint declares as one is what it says, whatever its name. */
const suspicionIn = ({ extension }: Blueprint, name: string, text: string) =>
  Object.hasOwn(extension.settings, name) ? undefined : suspicionOf(name, text);

/** Secrets by declaration: under x-berth, and those that are files in containers. */
const secretNames = once(
  (blueprint: Blueprint): ReadonlySet<string> =>
    new Set([...Object.keys(secretWishes(blueprint)), ...Object.values(blueprint.secretFiles)]),
);

function remedyFor(name: string, config: StackConfig): Pick<Finding, "remedy"> {
  const encrypt = setSecret(name, config.stack);
  return isCommon(config, "settings", name)
    ? { remedy: steps(instruction(`take it out of ${projectFile}, then for each stack:`), encrypt) }
    : { remedy: sequence(encrypt, unsetKey(["settings", name], config.stack)) };
}
