import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { secretCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import { secretWishes } from "./database.ts";
import type { Secret } from "./deployment.ts";

/** Given secrets, and those that the blueprint has generated where none is given; sorted by name. */
export function secretsOf(config: StackConfig, blueprint: Blueprint): Secret[] {
  const declared = secretWishes(blueprint);
  const secret = (name: string, origin: Secret["origin"]): Secret => {
    const { minimum, forbidden = [], generate } = declared[name] ?? {};
    return {
      name,
      origin,
      rule: { minimum, forbidden, replaceable: generate !== undefined },
      source: config.source("secrets", name),
    };
  };
  const generated = Object.entries(declared).flatMap(([name, { generate }]): Secret[] =>
    generate === undefined || config.secretsGiven.includes(name)
      ? []
      : [secret(name, { kind: "generated", length: generate })],
  );
  const given = config.secretsGiven.map((name) => secret(name, { kind: "given" }));
  return [...generated, ...given].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Secrets that must be given and are not: those declared so, and those that are files in containers. */
export function missingSecrets(config: StackConfig, blueprint: Blueprint): Finding[] {
  const declared = secretWishes(blueprint);
  const files = Object.values(blueprint.secretFiles).filter((name) => !(name in declared));
  const required = Object.entries(declared).filter(([, { generate, optional }]) => generate === undefined && !optional);
  const names = [...required.map(([name]) => name), ...new Set(files)];
  return names
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
