import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { secretCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import { secretWishes } from "./database.ts";
import type { Secret } from "./deployment.ts";
import { once } from "./remembered.ts";

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
  const { minimum, forbidden = [], generate } = secretWishes(blueprint)[name] ?? {};
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
  return requiredSecrets(blueprint)
    .filter((name) => !config.secretsGiven.includes(name))
    .map((name) => {
      const description = declared[name]?.description;
      return mistake(
        config.source("secrets", name),
        `the secret ${name} is missing${description === undefined ? "" : `: ${description}`}`,
        undefined,
        secretCommand(name, config.stack),
      );
    });
}

const requiredSecrets = once((blueprint: Blueprint): readonly string[] => {
  const declared = secretWishes(blueprint);
  const files = Object.values(blueprint.secretFiles).filter((name) => !(name in declared));
  const required = Object.entries(declared).filter(([, { generate, optional }]) => generate === undefined && !optional);
  return [...required.map(([name]) => name), ...new Set(files)];
});
