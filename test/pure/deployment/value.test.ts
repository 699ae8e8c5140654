import fc from "fast-check";
import { expect, it } from "vitest";
import type { Value } from "../../../src/deployment/deployment.ts";
import { completeText, secretOf, valueText } from "../../../src/deployment/value.ts";

const url: Value = { parts: ["postgres://app:", { secret: "PASSWORD", inUrl: true }, "@db"] };

it("fills secrets in, and escapes them in a URL", () => {
  expect(completeText(url, { PASSWORD: "a/b" })).toBe("postgres://app:a%2Fb@db");
  expect(completeText("plain", {})).toBe("plain");
});

it("never writes an empty text for a secret that is missing", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("OTHER", "toString", "PASS"), fc.string()), (secrets) => {
      expect(() => completeText(url, secrets)).toThrow("the text of the secret PASSWORD is missing");
      expect(() => secretOf(secrets, "constructor")).toThrow("the text of the secret constructor is missing");
      expect(valueText(url, secrets)).toBeUndefined();
    }),
  );
});
