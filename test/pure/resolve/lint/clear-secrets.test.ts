import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShownFinding } from "../../../../src/report/shown-finding.ts";
import { findingText } from "../../report/shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../sample.ts";

const blueprintYaml = `services:
  db: { image: postgres:16, environment: { POSTGRES_PASSWORD_FILE: /run/secrets/POSTGRES_PASSWORD }, secrets: [POSTGRES_PASSWORD, tls] }
  web: { image: web:1, environment: { JWT_SECRET: "\${JWT_SECRET}" } }
secrets: { POSTGRES_PASSWORD: , tls: { environment: TLS_BUNDLE } }
x-berth:
  app: web
  secrets:
    JWT_SECRET: { generate: 64, minimum: 32, forbidden: [our-own-sample] }
    POSTGRES_PASSWORD: { generate: 32 }
  settings: { MAPS_API_KEY: { description: shown in every page } }
`;
const all = (keys: string, yaml = blueprintYaml): readonly ShownFinding[] =>
  findingsFrom(stackWith(`berth:secrets: { TLS_BUNDLE: { secure: v1:x } }\n${keys}`), {
    stack: "clinic",
    blueprintYaml: yaml,
  });
const found = (settings: Readonly<Record<string, unknown>>, keys = "") =>
  all(`berth:settings: ${JSON.stringify(settings)}\n${keys}`.trim()).map(
    ({ code, severity, key }) => `${severity} ${code} ${key}`,
  );
const good = "kR7vQ2xW9pL4mZ8tB3nY6cF1hJ5dG0sAbE";

describe("a setting", () => {
  it.each([
    ["JWT_SECRET", good],
    ["JWT_SECRET", "changeme"],
    ["POSTGRES_PASSWORD", good],
    ["TLS_BUNDLE", "text"],
  ])("with the name of the declared secret %s is an error in every environment", (name, text) => {
    for (const environment of ["development", "staging", "production"])
      expect(found({ [name]: text }, `berth:environment: ${environment}`)).toEqual([
        `error secret-in-clear-text berth:settings.${name}`,
      ]);
  });

  it.each([
    ["SECRET_KEY", "changeme"],
    ["DJANGO_SECRET_KEY", good],
    ["SECRET_KEY_BASE", good],
    ["dbPassword", good],
    ["DB_PASS", "hunter2"],
    ["EMAIL_HOST_PASSWORD", "12345678"],
    ["SENTRY_AUTH_TOKEN", good],
    ["STRIPE_API_KEY", good],
    ["DATABASE_URL", "postgresql://app:p4ss@db.example/app"],
    ["REDIS", "redis://:p4ss@cache:6379"],
    ["CERTIFICATE", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"],
    ["WEBHOOK", "sk_live_0123456789abcdefghij"],
  ])("that is a secret by its name or its text (%s) is an error, and a warning in development", (name, text) => {
    const finding = `secret-in-clear-text berth:settings.${name}`;
    expect(found({ [name]: text })).toEqual([`error ${finding}`]);
    expect(found({ [name]: text }, "berth:environment: staging")).toEqual([`error ${finding}`]);
    expect(found({ [name]: text }, "berth:environment: development")).toEqual([`warning ${finding}`]);
  });

  it.each([
    ["MAPS_KEY", good, "warning"],
    ["NONCE_SALT", good, "warning"],
    ["MAPS_KEY", "changeme", "error"],
  ])("that may be a secret (%s: %s) is a %s", (name, text, severity) =>
    expect(found({ [name]: text })).toEqual([`${severity} secret-in-clear-text berth:settings.${name}`]),
  );

  it.each([
    ["MAPS_API_KEY", good],
    ["STRIPE_PUBLIC_KEY", good],
    ["RECAPTCHA_SITE_KEY", good],
    ["VAPID_PUBLISHABLE_KEY", good],
    ["CACHE_KEY", "v2"],
    ["KEY", good],
    ["API_KEY", ""],
    ["TLS_PRIVATE_KEY", "/etc/tls/key.pem"],
    ["DB_PASSWORD_FILE", "/run/secrets/db"],
    ["PASSWORD_MIN_LENGTH", "12"],
    ["REQUIRE_PASSWORD", "false"],
    ["MAX_TOKENS", 400],
    ["TOKEN_URL", "https://login.example/token"],
    ["SECRET_ROTATION_DAYS", "30"],
    ["HOSPITAL_NAME", "Password Clinic"],
    ["HOMEPAGE", "https://example.org/@team"],
    ["MAIL", "mailto:team@example.org"],
    ["KEYBOARD", "de"],
  ])("is none: %s: %s", (name, text) => expect(found({ [name]: text })).toEqual([]));

  it("of a secret that is given encrypted, too, is an error: one of the two would silently win", () =>
    expect(
      findingsFrom(stackWith("berth:secrets: { LOGIN: { secure: v1:x } }\nberth:settings: { LOGIN: clinic }"), {
        stack: "clinic",
        blueprintYaml: "services: { web: { image: web:1 } }",
      }).map(({ code, severity, key }) => `${severity} ${code} ${key}`),
    ).toEqual(["error secret-in-clear-text berth:settings.LOGIN"]));

  it.each(["settings", "secrets"])(
    "named like a variable of berth's own under %s is an error, as it has no effect",
    (group) => {
      const value = group === "settings" ? "x" : "{ secure: v1:x }";
      expect(
        findingsFrom(stackWith(`berth:${group}: { BERTH_PREFIX: ${value} }`), {
          stack: "clinic",
          blueprintYaml: "services: { web: { image: web:1 } }",
        }).map(({ code, key, remedy }) => `${code} ${key} ${remedy}`),
      ).toEqual([
        `config-invalid berth:${group}.BERTH_PREFIX pulumi config rm --path berth:${group}.BERTH_PREFIX -s clinic`,
      ]);
    },
  );

  it("is named with the command that encrypts it, and what to do where it is none", () =>
    expect(
      all("berth:settings: { JWT_SECRET: our-own-sample, SMTP_PASSWORD: needle-in-clear, GRID_KEY: needle-in-clear }")
        .map(findingText)
        .join("\n"),
    ).toBe(
      `
✗ secret-in-clear-text  berth:settings.JWT_SECRET
  where      clinic                  Pulumi.clinic.yaml:3: berth:settings.JWT_SECRET
  what       JWT_SECRET is a secret of this deployment, and is written as a setting; it is a publicly known default value
  allowed    an encrypted value under berth:secrets; treat the old one as compromised and use a new one
  remedy     pulumi config set --secret --path berth:secrets.JWT_SECRET -s clinic && pulumi config rm --path berth:settings.JWT_SECRET -s clinic
             or have it generated:
             pulumi config rm --path berth:settings.JWT_SECRET -s clinic
✗ secret-in-clear-text  berth:settings.SMTP_PASSWORD
  where      clinic                  Pulumi.clinic.yaml:3: berth:settings.SMTP_PASSWORD
  what       SMTP_PASSWORD looks like a secret, and is written as a setting
  allowed    an encrypted value under berth:secrets; treat the old one as compromised and use a new one
  remedy     pulumi config set --secret --path berth:secrets.SMTP_PASSWORD -s clinic && pulumi config rm --path berth:settings.SMTP_PASSWORD -s clinic
             if it is not a secret, declare it under x-berth.settings in blueprints/sample.yaml
! secret-in-clear-text  berth:settings.GRID_KEY
  where      clinic                  Pulumi.clinic.yaml:3: berth:settings.GRID_KEY
  what       GRID_KEY looks like a secret, and is written as a setting
  allowed    an encrypted value under berth:secrets; treat the old one as compromised and use a new one
  remedy     pulumi config set --secret --path berth:secrets.GRID_KEY -s clinic && pulumi config rm --path berth:settings.GRID_KEY -s clinic
             if it is not a secret, declare it under x-berth.settings in blueprints/sample.yaml`.slice(1),
    ));
});

it("no finding holds a piece of a setting that is a secret", () =>
  fc.assert(
    fc.property(
      fc.constantFrom("JWT_SECRET", "SMTP_PASSWORD", "GRID_KEY", "ANYTHING_TOKEN"),
      fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(..."ZQXJKVqxzj!#%0123456789") }),
      (name, text) => {
        const checked = `x-berth: { checklist: [{ point: it is set, variable: ${name}, is: [right] }] }`;
        const yaml = `services: { web: { image: web:1 } }\n${checked}`;
        const findings = all(`berth:settings: { ${name}: ${JSON.stringify(text)} }`.trim(), yaml);
        expect(findings.map(({ code }) => code)).toContain("secret-in-clear-text");
        expect(JSON.stringify(findings)).not.toContain(text.slice(0, 6));
      },
    ),
    { numRuns: 50 },
  ));

it("a misread or misplaced value of a secret's name is not shown", () => {
  const messages = all(
    `berth:settings: { DB_PASSWORD: 0123456789, PIN_PASSCODE: 0123456, API_TOKEN: [needle-0, needle-1], DSN: ["host=db password=needle"] }`,
  );
  expect(messages).toHaveLength(4);
  expect(JSON.stringify(messages)).not.toMatch(/needle|123456/);
});

describe("a default value that everybody knows, in a blueprint's own environment", () => {
  const web = (environment: string) => `services: { web: { image: web:1, environment: { ${environment} } } }`;
  const warned = (environment: string, keys = "") =>
    findingsFrom(stackWith(keys), { stack: "clinic", blueprintYaml: web(environment) }).map(
      ({ code, severity, key }) => `${severity} ${code} ${key}`,
    );
  it.each([
    ["POSTGRES_PASSWORD: postgres", "POSTGRES_PASSWORD"],
    ['SECRET_KEY: "${SECRET_KEY:-changeme}"', "SECRET_KEY"],
    ["DATABASE_URL: postgres://app:password@db/app", "DATABASE_URL"],
  ])("is a warning: %s", (environment, name) => {
    expect(warned(environment)).toEqual([`warning secret-weak services.web.environment.${name}`]);
    expect(warned(environment, "berth:environment: development")).toEqual([]);
  });
  it.each(['POSTGRES_PASSWORD: "${PASSWORD:-}"', "MODE: production", "SECRET_KEY_FILE: /run/secret", `TOKEN: ${good}`])(
    "is none: %s",
    (environment) => expect(warned(environment).filter((text) => text.includes("secret-weak"))).toEqual([]),
  );
});
