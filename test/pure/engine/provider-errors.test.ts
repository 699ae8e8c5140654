import { describe, expect, it } from "vitest";
import { inPlainWords, platformTrouble } from "../../../src/engine/provider-errors.ts";
import { findingText } from "../report/shown.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, platformFrom } from "../resolve/sample.ts";

/** As the provider 3.18.1 says it. */
const complaint = (reason: string): string =>
  `  sdk-v2/provider2.go:571: sdk.helper_schema: error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres): ${reason}: provider=postgresql@3.18.1`;
const site = deploymentFrom(stackWith("berth:blueprint: dna\nberth:settings: { ADMIN_EMAIL: a@b.c }"), {
  stack: "site",
  platform: platformFrom(),
});
const told = (...reasons: string[]): string[] =>
  platformTrouble(site, reasons.map(complaint).map(inPlainWords)).map(findingText);

describe("what PostgreSQL's provider complains of for each resource", () => {
  it("loses the places in its own source", () => {
    expect(inPlainWords(complaint("connection refused"))).toBe(
      "  error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres): connection refused",
    );
  });

  it("is told once, where nobody answers", () => {
    const refused = "dial tcp 127.0.0.1:15432: connect: connection refused";
    expect(told(refused, refused)).toEqual([
      `✗ platform-unreachable  platform
  wanted by  site                    Pulumi.site.yaml: berth:database
  held by    container platform_postgres
  what       PostgreSQL does not answer at 127.0.0.1:15432: ${refused}
  remedy     berth up platform`,
    ]);
  });

  it("is told once, where the password is another one", () => {
    expect(told('pq: password authentication failed for user "berth_admin" (28P01)')).toEqual([
      `✗ platform-unreachable  platform
  wanted by  site                    Pulumi.site.yaml: berth:database
  held by    container platform_postgres
  what       PostgreSQL at 127.0.0.1:15432 refuses the password that the stack platform holds: password authentication failed for user "berth_admin" (28P01)
  remedy     berth up platform`,
    ]);
  });

  it("is nobody's else", () => {
    expect(platformTrouble(site, ["error: no such image"])).toEqual([]);
    expect(platformTrouble(deploymentFrom(stackWith("berth:prefix: a")), [complaint("x")])).toEqual([]);
  });
});
