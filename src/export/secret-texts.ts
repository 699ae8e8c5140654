import type { Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import type { Deployment, Service, Value } from "../deployment/deployment.ts";

/** The texts of a deployment's secrets, by name. */
export type SecretTexts = Readonly<Record<string, string>>;

/** A value with its secrets filled in. */
export const valueText = (value: Value, secrets: SecretTexts): string =>
  typeof value === "string"
    ? value
    : value.parts.map((part) => (typeof part === "string" ? part : (secrets[part.secret] ?? ""))).join("");

export const holdsSecret = (value: Value): boolean => secretsOf(value).length > 0;

/** A finding for each secret whose text is not at hand: an empty one would be written in its place. */
export function missingSecrets({ stack, services, sources }: Deployment, secrets: SecretTexts): Finding[] {
  const missing = new Set(services.flatMap(secretsIn).filter((name) => !Object.hasOwn(secrets, name)));
  return [...missing]
    .sort()
    .map((name) =>
      mistake(
        { file: sources.prefix.file, path: `berth:secrets.${name}` },
        `the text of the secret ${name} is not known, so it cannot be exported`,
        undefined,
        `pulumi config set --secret --path berth:secrets.${name} -s ${stack}`,
      ),
    );
}

const secretsOf = (value: Value): string[] =>
  typeof value === "string" ? [] : value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));

const secretsIn = ({ environment, secretFiles }: Service): string[] => [
  ...Object.values(environment).flatMap(secretsOf),
  ...secretFiles.map(({ secret }) => secret),
];
