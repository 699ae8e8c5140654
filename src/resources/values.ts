import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Secret, Value } from "../deployment/deployment.ts";
import { secretText } from "../deployment/value.ts";

/** The texts of a deployment's secrets, by name; Pulumi keeps them encrypted in the state. */
export type Secrets = Readonly<Record<string, pulumi.Output<string>>>;

/** Secrets as given in the configuration, the others generated once and kept in the state. */
export function secretTexts(
  name: string,
  secrets: readonly Secret[],
  given: pulumi.Input<Readonly<Record<string, string>>>,
  options: pulumi.ResourceOptions,
): Secrets {
  const texts = pulumi.secret(given);
  return Object.fromEntries(
    secrets.map((secret): [string, pulumi.Output<string>] => {
      if (secret.origin.kind === "given") return [secret.name, texts.apply((all) => all[secret.name] ?? "")];
      const generated = new random.RandomPassword(
        `${name}-${secret.name}`,
        { length: secret.origin.length, special: false },
        options,
      );
      return [secret.name, pulumi.secret(generated.result)];
    }),
  );
}

/** A value with its secrets filled in; secret as soon as one is in it, as Pulumi keeps track. */
export function valueText(value: Value, secrets: Secrets): pulumi.Input<string> {
  if (typeof value === "string") return value;
  const parts = value.parts.map((part) =>
    typeof part === "string" ? part : (secrets[part.secret]?.apply((text) => secretText(part, text)) ?? ""),
  );
  return pulumi.all(parts).apply((texts) => texts.join(""));
}
