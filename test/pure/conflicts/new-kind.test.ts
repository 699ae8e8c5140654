import { describe, expect, it } from "vitest";
import type { Claim } from "../../../src/claims/claim.ts";
import type { Allocator } from "../../../src/conflicts/allocator.ts";
import { check } from "../../../src/conflicts/check.ts";
import type { Rules } from "../../../src/conflicts/rule.ts";
import { rules } from "../../../src/conflicts/rules/index.ts";
import { setKey } from "../../../src/findings/remedy.ts";
import { shown } from "../report/shown.ts";
import { endpoint } from "./sample.ts";

/** A kind of claim that berth does not have: the number of a graphics card. */
interface Card {
  readonly kind: "card";
  readonly card: number;
}

class FreeCards {
  readonly #free: Allocator;
  readonly #held: ReadonlySet<number>;
  constructor(free: Allocator) {
    this.#free = free;
    this.#held = new Set(free.claims("card" as never).map((claim) => (claim as Card).card));
  }
  next = (): number | undefined =>
    this.#free.goOn("card", 0, 9, (card) =>
      this.#held.has(card) || !this.#free.offer(`card ${card}`) ? undefined : card,
    );
}

const card = {
  kind: "card",
  code: "port-in-use",
  place: (claim: Card) => String(claim.card),
  key: (claim: Card) => `card ${claim.card}`,
  followsFromPrefix: () => false,
  remedy: (_: Card, free: Allocator, stack: string) => ({
    remedy: setKey(["cards"], free.of(FreeCards).next() ?? "", stack),
  }),
};

const owner = (stack: string) => ({ kind: "deployment" as const, id: `o/p/${stack}`, stack });
const source = (stack: string) => ({ file: `Pulumi.${stack}.yaml`, path: "berth:cards" });
const claimed = (stack: string, number: number) =>
  ({ kind: "card", card: number, endpoint, owner: owner(stack), source: source(stack) }) as unknown as Claim;
const prefixed = (stack: string, prefix: string): Claim => ({ kind: "prefix", prefix, endpoint, owner: owner(stack) });

const found = (claims: readonly Claim[], rule: object) =>
  shown(
    check(
      { claims, capacity: {}, findings: [], notLookedAt: [] },
      { rules: { ...rules, card: rule } as unknown as Rules },
    ),
  );

describe("a kind of claim that is new", () => {
  it("needs its rule and nothing else to be found, named and helped with something free", () => {
    const claims = [claimed("a", 0), claimed("b", 0), claimed("c", 0), claimed("d", 1)];
    expect(found(claims, card)).toMatchObject(
      [
        {
          key: "card 0",
          kind: "card",
          wanted: { stack: "b" },
          held: { stack: "a" },
          remedy: /set berth:cards 2 -s b$/,
        },
        {
          key: "card 0",
          kind: "card",
          wanted: { stack: "c" },
          held: { stack: "a" },
          remedy: /set berth:cards 3 -s c$/,
        },
      ].map(({ remedy, ...finding }) => ({ ...finding, remedy: expect.stringMatching(remedy) as string })),
    );
  });

  it("is left to the prefix where its rule says that it follows from one", () => {
    const claims = [prefixed("a", "x"), prefixed("b", "x"), claimed("a", 0), claimed("b", 0)];
    const codes = (rule: object): string[] => found(claims, rule).map(({ kind }) => kind);
    expect(codes(card)).toEqual(["prefix", "card"]);
    expect(codes({ ...card, followsFromPrefix: () => true })).toEqual(["prefix"]);
  });

  it("is kept in mind when a prefix is offered, where names of the kind begin with one", () => {
    const claims = [prefixed("a", "x"), prefixed("b", "x"), claimed("c", 0)];
    const remedies = (rule: object) => found(claims, rule).map(({ remedy }) => remedy);
    expect(remedies(card)).toEqual([expect.stringMatching(/set berth:prefix b -s b$/)]);
    expect(remedies({ ...card, nameUnderPrefix: () => "b_card" })).toEqual([
      expect.stringMatching(/set berth:prefix x_2 -s b$/),
    ]);
  });

  it("is summed up where its rule compares it with what there is", () => {
    const rule = {
      kind: "card",
      code: "cpu-over-capacity",
      findings: (claims: readonly Card[]) => [
        { code: "cpu-over-capacity", severity: "error", kind: "card", key: `${claims.length} cards` },
      ],
    };
    expect(found([claimed("a", 0), claimed("b", 0)], rule).map(({ key }) => key)).toEqual(["2 cards"]);
  });
});
