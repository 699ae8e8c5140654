import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClaimOf } from "../../../src/claims/claim.ts";
import { ClaimIndex } from "../../../src/conflicts/claim-index.ts";
import { endpoint } from "./sample.ts";

type Path = ClaimOf<"hostPath">;
const owner = (stack: string) => ({ kind: "deployment", id: `organization/berth/${stack}`, stack }) as const;
const path = (text: string): Path => ({ kind: "hostPath", owner: owner(text), endpoint, path: text });

function contested(claims: readonly Path[], nests?: true): readonly Path[] {
  const index = new ClaimIndex<"hostPath">({ place: (claim) => claim.path, nests });
  for (const claim of claims) index.add(claim);
  return index.contested();
}

/** What contested() says faster: every claim held against every other one. */
const heldAgainstAll = (claims: readonly Path[], nests: boolean): Path[] =>
  claims.filter((one) =>
    claims.some(
      (other) =>
        one !== other &&
        (one.path === other.path || (nests && (one.path.startsWith(other.path) || other.path.startsWith(one.path)))),
    ),
  );

const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "😀"), maxLength: 6 }), { maxLength: 40 });

describe("claims that are to be held against each other", () => {
  it("are all that share a place, and no others", () => {
    fc.assert(
      fc.property(texts, (some) => {
        const claims = some.map(path);
        expect(contested(claims)).toEqual(heldAgainstAll(claims, false));
      }),
    );
  });

  it("are all that lie in each other, too, where places do that", () => {
    fc.assert(
      fc.property(texts, (some) => {
        const claims = some.map(path);
        expect(contested(claims, true)).toEqual(heldAgainstAll(claims, true));
      }),
    );
  });
});
