import { expect, it } from "vitest";
import { once, memoize } from "../../../src/notation/memoize.ts";

const counted = () => {
  const asked: string[] = [];
  const size = memoize((text) => {
    asked.push(text);
    return text === "" ? undefined : text.length;
  });
  return { asked, size };
};

it("makes nothing twice, not even of a text that gives undefined", () => {
  const { asked, size } = counted();
  expect(["10s", "", "10s", ""].map(size)).toEqual([3, undefined, 3, undefined]);
  expect(asked).toEqual(["10s", ""]);
});

it("forgets rather than grow without end, and stays right", () => {
  const { asked, size } = counted();
  const texts = Array.from({ length: 1_001 }, (_, index) => `${index}`);
  expect(["first", ...texts, "first"].map(size)).toEqual([5, ...texts.map(({ length }) => length), 5]);
  expect(asked.filter((text) => text === "first")).toHaveLength(2);
});

it("makes nothing twice of one object, and something of its own of an equal one", () => {
  const made = once((piece: { readonly name: string }) => ({ of: piece.name }));
  const piece = { name: "app" };
  expect(made(piece)).toBe(made(piece));
  expect(made({ name: "app" })).not.toBe(made(piece));
});
