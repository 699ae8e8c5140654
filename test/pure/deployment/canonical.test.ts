import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration } from "../../../src/notation/quantities.ts";
import { cores, goDuration, labelList, megabytes, nanoCores, processWords } from "../../../src/deployment/canonical.ts";

describe("cores are as the provider reads them back", () => {
  it.each([
    [1, "1.0"],
    [0.5, "0.5"],
    [2.25, "2.25"],
    [10, "10."],
    [16, "16.0"],
    [100, "100."],
    [0.1, "0.1"],
    [0.05, "0.050000001"],
    [0.01, "0.010000001"],
    [20.05, "20.050000001"],
  ])("%d is %s", (cpus, text) => expect(cores(cpus)).toBe(text));

  /** nanoInt64ToDecimalString of the provider, with exact numbers. */
  function asRead(text: string): string {
    const [whole = "", fraction = ""] = text.split(".");
    const nano = BigInt(whole + fraction.padEnd(9, "0"));
    const all = `${nano / 10n ** 9n}.${String(nano % 10n ** 9n).padStart(9, "0")}`;
    if (all.split("0").length - 1 !== 9) return all.replace(/0+$/, "");
    const tenths = (nano + 5n * 10n ** 7n) / 10n ** 8n;
    return `${tenths / 10n}.${tenths % 10n}`;
  }

  it("whatever they are, the state holds what was declared, and Docker the same share", () => {
    const share = fc.integer({ min: 10, max: 256_000 }).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(share, (cpus) => {
        expect(asRead(cores(cpus))).toBe(cores(cpus));
        expect(Math.floor(nanoCores(cpus) / 10_000)).toBe(Math.round(cpus * 100_000));
      }),
    );
  });
});

describe("what the process runs", () => {
  it.each([
    [{}, {}],
    [{ command: [] }, {}],
    [{ entrypoint: [], command: [] }, {}],
    [{ command: ["a"] }, { command: ["a"] }],
    [{ entrypoint: [], command: ["a"] }, { entrypoint: ["a"] }],
    [{ entrypoint: ["e"], command: [] }, { entrypoint: ["e"] }],
    [{ entrypoint: ["e"], command: ["a", ""] }, { entrypoint: ["e", "a", ""] }],
    [
      { entrypoint: ["e"], command: ["a"] },
      { entrypoint: ["e"], command: ["a"] },
    ],
  ])("of %j is %j, and the same of that", (service, words) => {
    expect(processWords(service)).toEqual(words);
    expect(processWords(processWords(service))).toEqual(words);
  });
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
