import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setSecret } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { secretWishes } from "./database.ts";
import type { Secret } from "../deployment/deployment.ts";
import { once } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";

/** Given secrets, and those that the blueprint has generated where none is given; sorted by name. */
export function secretsOf(config: StackConfig, blueprint: Blueprint): Secret[] {
  const { secretsGiven } = config;
  const generated = Object.entries(secretWishes(blueprint)).flatMap(([name, { generate }]): Secret[] =>
    generate === undefined || secretsGiven.includes(name)
      ? []
      : [secretOf(name, { kind: "generated", length: generate }, config, blueprint)],
  );
  const given = secretsGiven.map((name) => secretOf(name, { kind: "given" }, config, blueprint));
  return [...generated, ...given].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function secretOf(name: string, origin: Secret["origin"], { source }: StackConfig, blueprint: Blueprint): Secret {
  const { minimum, forbidden = [], generate } = ownValue(secretWishes(blueprint), name) ?? {};
  return {
    name,
    origin,
    rule: { minimum, forbidden, replaceable: generate !== undefined },
    source: source("secrets", name),
  };
}

/** Secrets that must be given and are not: those declared so, and those that are files in containers. */
export function missingSecrets(config: StackConfig, blueprint: Blueprint): Finding[] {
  const declared = secretWishes(blueprint);
  return secretsToGive(config, blueprint).map((name) => {
    const description = ownValue(declared, name)?.description;
    return mistake(
      config.source("secrets", name),
      `the secret ${name} is missing${description === undefined ? "" : `: ${description}`}`,
      undefined,
      setSecret(name, config.stack),
    );
  });
}

/** Names of the secrets that must be given and are not. */
export const secretsToGive = ({ secretsGiven }: StackConfig, blueprint: Blueprint): readonly string[] =>
  requiredSecrets(blueprint).filter((name) => !secretsGiven.includes(name));

const requiredSecrets = once((blueprint: Blueprint): readonly string[] => {
  const declared = secretWishes(blueprint);
  const files = Object.entries(blueprint.secretFiles).flatMap(([key, name]) =>
    Object.hasOwn(declared, name) || Object.hasOwn(blueprint.secretPaths, key) ? [] : [name],
  );
  const required = Object.entries(declared).filter(([, { generate, optional }]) => generate === undefined && !optional);
  return [...required.map(([name]) => name), ...new Set(files)];
});
