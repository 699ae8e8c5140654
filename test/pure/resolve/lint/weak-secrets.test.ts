import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { weakSecrets } from "../../../../src/resolve/lint/weak-secrets.ts";
import { findingText } from "../../report/shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { deploymentFrom } from "../sample.ts";

const blueprintYaml = `services: { web: { image: web:1 } }
x-berth:
  secrets:
    JWT_SECRET: { generate: 64, minimum: 32, forbidden: [our-own-sample-value-of-forty-characters] }
    TOKEN: { minimum: 32 }
`;
const given = "berth:secrets: { JWT_SECRET: { secure: v1:x }, TOKEN: { secure: v1:x }, OTHER: { secure: v1:x } }";
const good = "kR7vQ2xW9pL4mZ8tB3nY6cF1hJ5dG0sAbE";
const weak = (texts: Readonly<Record<string, string>>, keys = "") =>
  weakSecrets(deploymentFrom(stackWith(`${given}\n${keys}`.trim()), { stack: "clinic", blueprintYaml }), {
    JWT_SECRET: good,
    TOKEN: good,
    OTHER: good,
    ...texts,
  });

it("a good secret is none of them", () => expect(weak({})).toEqual([]));
it("what is generated is not checked", () =>
  expect(
    weakSecrets(deploymentFrom(stackWith("berth:secrets: { TOKEN: { secure: v1:x } }"), { blueprintYaml }), {
      TOKEN: good,
    }),
  ).toEqual([]));

describe("a secret", () => {
  it.each([
    ["of 31 characters", good.slice(0, 31), "has 31 characters, at least 32"],
    ["of 32 characters", good.slice(0, 32), undefined],
    ["of 1 character", "k", "has 1 character, at least 32"],
    ["of 32 characters outside of ASCII", "ä€😀ß".repeat(1) + good.slice(0, 28), undefined],
    ["that is empty", "", "is empty"],
    ["of blanks", " \n ", "is empty"],
    ["changeme", "changeme", "is a publicly known default value"],
    ["Change-Me!", "Change-Me!", "is a publicly known default value"],
    ["secret", "secret", "is a publicly known default value"],
    ["password", "PASSWORD", "is a publicly known default value"],
    ["of a sample", "your-super-secret-jwt-key-that-is-very-long", "is a publicly known default value"],
    ["of another sample", "jwt-key-change-in-production-please-do", "is a publicly known default value"],
    ["that the blueprint forbids", "our-own-sample-value-of-forty-characters", "is a publicly known default value"],
    [
      "that the blueprint forbids, in capitals",
      "OUR_OWN_sample_value_of_forty_characters",
      "is a publicly known default value",
    ],
    ["of one character over and over", "x".repeat(40), "is one piece, over and over"],
    ["of one word over and over", "secret".repeat(8), "is one piece, over and over"],
  ])("%s", (_, text, message) =>
    expect(weak({ JWT_SECRET: text }).map((finding) => finding.message)).toEqual(
      message === undefined ? [] : [`the secret JWT_SECRET ${message}`],
    ),
  );
  it.each([
    ["production", ["OTHER", "TOKEN"]],
    ["staging", ["OTHER", "TOKEN"]],
    ["development", ["TOKEN"]],
  ])("that everybody knows, in %s", (environment, names) =>
    expect(
      weak({ OTHER: "postgres", TOKEN: "changeme" }, `berth:environment: ${environment}`).map(
        ({ wanted }) => wanted?.path,
      ),
    ).toEqual(names.map((name) => `berth:secrets.${name}`)),
  );
});

it("says what to type, and that one would be generated", () =>
  expect(
    weak({ JWT_SECRET: good.slice(0, 31), TOKEN: "changeme" })
      .map(findingText)
      .join("\n"),
  ).toBe(
    `
✗ secret-weak  berth:secrets.JWT_SECRET
  where      clinic                  Pulumi.clinic.yaml:2: berth:secrets.JWT_SECRET
  what       the secret JWT_SECRET has 31 characters, at least 32
  allowed    at least 32 characters that nobody can guess
  remedy     pulumi config set --secret --path berth:secrets.JWT_SECRET -s clinic
             or have it generated:
             pulumi config rm --path berth:secrets.JWT_SECRET -s clinic
✗ secret-weak  berth:secrets.TOKEN
  where      clinic                  Pulumi.clinic.yaml:2: berth:secrets.TOKEN
  what       the secret TOKEN is a publicly known default value
  allowed    at least 32 characters that nobody can guess
  remedy     pulumi config set --secret --path berth:secrets.TOKEN -s clinic`.slice(1),
  ));

it("no finding holds a piece of a secret", () =>
  fc.assert(
    fc.property(fc.string({ minLength: 5, maxLength: 31, unit: fc.constantFrom(..."ZQXJKVqxzj!#%") }), (text) => {
      const findings = weak({ JWT_SECRET: text });
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).not.toContain(text.slice(0, 5));
    }),
  ));

it("random letters and digits of the minimum's length are never weak", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 61 }), { minLength: 32, maxLength: 64 }), (picks) => {
      const text = picks
        .map((pick) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[pick] ?? "")
        .join("");
      fc.pre(new Set(picks).size > 12);
      expect(weak({ TOKEN: text })).toEqual([]);
    }),
  ));
