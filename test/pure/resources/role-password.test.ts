import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rolePassword, scramVerifier } from "../../../src/resources/role-password.ts";
import { isSecret, valueOf } from "./declare.ts";

describe("a role's password", () => {
  it("has PostgreSQL's form, of the example in RFC 7677", () => {
    expect(scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"))).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("is the same in every run, another one for another role, and holds nothing that would have to be escaped", async () => {
    const text = (role: string, password: string): Promise<unknown> => valueOf(rolePassword(role, password));
    await fc.assert(
      fc.asyncProperty(fc.string(), async (password) => {
        const first = await text("a", password);
        expect(first).toMatch(/^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/);
        expect(await text("a", password)).toBe(first);
        expect(await text("b", password)).not.toBe(first);
      }),
      { numRuns: 20 },
    );
  });

  it("stays a secret", async () => {
    expect(await isSecret(rolePassword("a", pulumi.output("b")))).toBe(true);
  });
});
