import { setSecret, unsetKey } from "../../findings/remedy.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Deployment, SecretRule } from "../../deployment/deployment.ts";
import { ownValue } from "../../notation/own-value.ts";

/**
 * Given secrets that are empty, shorter than their minimum, or known to everybody. In development only their length
 * counts: default credentials are what it is for.
 * @param texts of the given secrets, by who may see them; no finding holds a piece of one
 */
export function weakSecrets(
  { secrets, stack, environment }: Deployment,
  texts: Readonly<Record<string, string>>,
): Finding[] {
  return secrets.flatMap((secret): Finding[] => {
    const text = secret.origin.kind === "given" ? ownValue(texts, secret.name) : undefined;
    const weakness = text === undefined ? undefined : weaknessOf(text, secret.rule, environment !== "development");
    if (weakness === undefined) return [];
    const { name, rule, source } = secret;
    return [
      {
        code: "secret-weak",
        severity: "error",
        kind: "secret",
        key: source.path,
        message: `the secret ${name} ${weakness}`,
        allowed: `at least ${rule.minimum ?? 1} characters that nobody can guess`,
        wanted: { stack, ...source },
        remedy: setSecret(name, stack),
        ...(rule.replaceable && {
          remedyNote: ["or have it generated:", unsetKey(["secrets", name], stack)],
        }),
      },
    ];
  });
}

/** What is wrong with a secret's text, as the rest of a sentence; undefined for a good one. */
export function weaknessOf(
  text: string,
  { minimum = 1, forbidden }: Pick<SecretRule, "minimum" | "forbidden">,
  rejectGuessable: boolean,
): string | undefined {
  const length = Array.from(text).length;
  if (text.trim() === "") return "is empty";
  if (rejectGuessable && isGuessable(text, forbidden)) return "is a publicly known default value";
  if (rejectGuessable && /^(.{1,8}?)\1+$/su.test(text)) return "is one piece, over and over";
  if (length < minimum) return `has ${length} character${length === 1 ? "" : "s"}, at least ${minimum}`;
  return undefined;
}

/** Capitals, and what stands between words, do not make a default another one; nor does its repetition. */
export function isGuessable(text: string, forbidden: readonly string[]): boolean {
  if (forbidden.some((value) => value === text)) return true;
  const plain = plainly(text);
  return (
    forbidden.some((value) => plainly(value) === plain && plain !== "") || wellKnown.has(plain) || sample.test(plain)
  );
}

const plainly = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

const wellKnown: ReadonlySet<string> = new Set(
  `admin admin123 administrator apikey cookiesecret default demo dev development dragonfly guest hunter2 jwtsecret
  letmein minioadmin mypassword mysecret mysecretkey none null openvidu pass passw0rd password password1 password123
  postgres production qwerty redis root secret secret123 secretkey sessionsecret supersecret supersecretkey test test123
  testing token undefined welcome 1234 12345 123456 1234567 12345678 123456789 1234567890 xxx`.split(/\s+/),
);

/** What samples and templates have where a secret is to stand. */
const sample =
  /change(?:me|this|it|in)|replace(?:me|this|with)|your(?:super)?(?:secret|password|jwt|session|cookie|api|token|key)|placeholder|insecure|notasecret|mysupersecret/;
