import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { setSecret } from "../findings/remedy.ts";
import type { Deployment, Service, Value } from "../deployment/deployment.ts";
import { secretsIn, type SecretTexts } from "../deployment/value.ts";

export const holdsSecret = (value: Value): boolean => secretsIn(value).length > 0;

/** A finding for each secret whose text is not at hand: an empty one would be written in its place. */
export function missingSecrets({ stack, services, sources }: Deployment, secrets: SecretTexts): Finding[] {
  const missing = new Set(services.flatMap(secretsOf).filter((name) => !Object.hasOwn(secrets, name)));
  return [...missing]
    .sort()
    .map((name) =>
      mistake(
        { file: sources.prefix.file, path: `berth:secrets.${name}` },
        `the text of the secret ${name} is not known, so it cannot be exported`,
        undefined,
        setSecret(name, stack),
      ),
    );
}

const secretsOf = ({ environment, files }: Service): string[] =>
  [...Object.values(environment), ...files.map(({ content }) => content)].flatMap(secretsIn);
