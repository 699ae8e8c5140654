import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Secret, Value } from "../deployment/deployment.ts";
import { secretOf, secretText } from "../deployment/value.ts";

/** The texts of a deployment's secrets, by name; Pulumi keeps them encrypted in the state. */
export type Secrets = Readonly<Record<string, pulumi.Output<string>>>;

export interface SecretOptions {
  readonly secrets: readonly Secret[];
  /** Texts of those that are given. */
  readonly given: pulumi.Input<Readonly<Record<string, string>>>;
  /** Names of those generated before, with their lengths: they stay, also where another text is given by now. */
  readonly generated: Readonly<Record<string, number>>;
  /** Whether data is kept that may have been created with them. */
  readonly protect: boolean;
}

/**
 * Secrets as given in the configuration, the others generated once and kept in the state. They open what is in volumes and
 * databases, which stay when everything else is destroyed: so they stay, too, and another length does not replace them.
 */
export function secretTexts(
  name: string,
  { secrets, given, generated, protect }: SecretOptions,
  options: pulumi.CustomResourceOptions,
): Secrets {
  const texts = pulumi.secret(given);
  const password = (logicalName: string, length: number): random.RandomPassword =>
    new random.RandomPassword(
      logicalName,
      { length, special: false },
      { ...options, protect, ignoreChanges: ["length", "special"] },
    );
  const used = new Set<string>();
  const found = secrets.map((secret): [string, pulumi.Output<string>] => {
    if (secret.origin.kind === "given") return [secret.name, texts.apply((all) => secretOf(all, secret.name))];
    const logicalName = `${name}-${secret.name}`;
    used.add(logicalName);
    return [secret.name, pulumi.secret(password(logicalName, secret.origin.length).result)];
  });
  for (const [logicalName, length] of Object.entries(generated)) {
    if (!used.has(logicalName)) password(logicalName, length);
  }
  return Object.fromEntries(found);
}

/** A value with its secrets filled in; secret as soon as one is in it, as Pulumi keeps track. */
export function valueText(value: Value, secrets: Secrets): pulumi.Input<string> {
  if (typeof value === "string") return value;
  const parts = value.parts.map((part) =>
    typeof part === "string" ? part : secretOf(secrets, part.secret).apply((text) => secretText(part, text)),
  );
  return pulumi.all(parts).apply((texts) => texts.join(""));
}
