import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration } from "../../src/deployment/quantities.ts";
import { cores, goDuration, labelList, megabytes } from "../../src/resources/canonical.ts";

describe("cores have a digit behind the point", () => {
  it.each([
    [1, "1.0"],
    [0.5, "0.5"],
    [2.25, "2.25"],
    [16, "16.0"],
  ])("%d is %s", (cpus, text) => expect(cores(cpus)).toBe(text));
});

describe("megabytes are whole, and never less than asked for", () => {
  it.each([
    [512 * 1024 ** 2, 512],
    [512 * 1024 ** 2 + 1, 513],
    [1, 1],
  ])("%d bytes are %d", (bytes, text) => expect(megabytes(bytes)).toBe(text));
});

describe("a duration is Go's own text of it", () => {
  it.each([
    [0, "0s"],
    [1, "1ns"],
    [1500, "1.5µs"],
    [1.5e6, "1.5ms"],
    [500e6, "500ms"],
    [1e9, "1s"],
    [1.5e9, "1.5s"],
    [60e9, "1m0s"],
    [90e9, "1m30s"],
    [3600e9, "1h0m0s"],
    [5400.25e9, "1h30m0.25s"],
    [90000e9, "25h0m0s"],
  ])("%d ns is %s", (time, text) => expect(goDuration(time)).toBe(text));

  it("is read as the same time again, and written the same again", () => {
    const time = fc.oneof(
      fc.nat(10_000),
      fc.nat().map((ms) => ms * 1e6),
      fc.nat(100_000).map((s) => s * 1e9),
    );
    fc.assert(
      fc.property(time, (nanoseconds) => {
        const text = goDuration(nanoseconds);
        const read = duration(text.replace("µs", "us"));
        expect(read).toBe(nanoseconds);
        expect(goDuration(read ?? -1)).toBe(text);
      }),
    );
  });

  it("whatever way it was written, it comes out one way", () => {
    const part = (unit: string) => fc.integer({ min: 0, max: 120 }).map((amount) => `${amount}${unit}`);
    fc.assert(
      fc.property(fc.tuple(part("h"), part("m"), part("s"), part("ms")), (parts) => {
        const time = duration(parts.join("")) ?? -1;
        expect(goDuration(duration(goDuration(time)) ?? -1)).toBe(goDuration(time));
        expect(goDuration(duration([...parts].reverse().join("")) ?? -1)).toBe(goDuration(time));
      }),
    );
  });
});

it("labels are a list, in their order", () => {
  expect(labelList({ b: "2", a: "1" })).toEqual([
    { label: "b", value: "2" },
    { label: "a", value: "1" },
  ]);
});
