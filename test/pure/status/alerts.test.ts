import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watch } from "../../../src/operations/watch.ts";
import { type History, lasting, type News } from "../../../src/status/alerts.ts";
import type { Level } from "../../../src/status/use.ts";

const minute = 60_000;
const patience = { long: 15 * minute, gap: 2 * minute };

/** What is told of one thing that is at these levels, one look a minute. */
function told(levels: readonly (Level | undefined)[]): [number, News["kind"], Level, number][] {
  let history: History | undefined;
  return levels.flatMap((level, at) => {
    const samples = level === undefined ? [] : [{ key: "cpu of a", level }];
    const result = lasting(history, samples, at * minute, patience);
    history = result.history;
    return result.news.map(({ kind, level, since }): [number, News["kind"], Level, number] => [
      at,
      kind,
      level,
      since / minute,
    ]);
  });
}
const times = (count: number, level: Level): Level[] => Array<Level>(count).fill(level);

describe("a state that lasts for 15 minutes", () => {
  it("is told when they are over, not before and not again", () => {
    expect(told(times(15, "scale"))).toEqual([]);
    expect(told(times(16, "scale"))).toEqual([[15, "lasts", "scale", 0]]);
    expect(told(times(60, "scale"))).toEqual([[15, "lasts", "scale", 0]]);
  });

  it("begins anew where it was once below", () => {
    expect(told([...times(15, "scale"), "fine", ...times(15, "scale")])).toEqual([]);
    expect(told([...times(15, "scale"), "fine", ...times(16, "scale")])).toEqual([[31, "lasts", "scale", 16]]);
  });

  it("goes on at a higher level, and counts as the highest that lasted", () => {
    expect(told([...times(8, "scale"), ...times(8, "critical")])).toEqual([[15, "lasts", "scale", 0]]);
    expect(told([...times(8, "scale"), ...times(16, "critical")])).toEqual([
      [15, "lasts", "scale", 0],
      [23, "lasts", "critical", 8],
    ]);
    expect(told([...times(5, "watch"), "critical", ...times(10, "watch")])).toEqual([[15, "lasts", "watch", 0]]);
  });

  it("is told to be over, once", () => {
    expect(told([...times(16, "watch"), "fine", "fine"])).toEqual([
      [15, "lasts", "watch", 0],
      [16, "over", "watch", 16],
    ]);
  });

  it("is not taken to have lasted while nobody looked", () => {
    expect(told([...times(8, "scale"), undefined, ...times(15, "scale")])).toEqual([]);
    const before = lasting(undefined, [{ key: "a", level: "scale" }], 0, patience).history;
    const news = (at: number) =>
      lasting(before, [{ key: "a", level: "scale" }], at, { long: minute, gap: 2 * minute }).news;
    expect(news(2 * minute)).toHaveLength(1);
    expect(news(2 * minute + 1)).toEqual([]);
  });

  it("whatever is told to last was at that level or above at every look of that time", () => {
    const levels: readonly Level[] = ["fine", "watch", "scale", "critical"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...levels), { maxLength: 80 }), (seen) => {
        for (const [at, kind, level, since] of told(seen)) {
          if (kind !== "lasts") continue;
          expect(at - since).toBeGreaterThanOrEqual(15);
          for (const one of seen.slice(since, at + 1))
            expect(levels.indexOf(one)).toBeGreaterThanOrEqual(levels.indexOf(level));
        }
      }),
    );
  });
});

it("a watch looks until it is ended, and tells what came up", async () => {
  const heard: string[] = [];
  let at = 0;
  await watch<Level>({
    look: () => Promise.resolve(at < 17 * minute ? "critical" : "fine"),
    samples: (level) => [{ key: "a", level }],
    now: () => at,
    next: () => Promise.resolve((at += minute) <= 20 * minute),
    report: (news, seen, when) => heard.push(...news.map(({ kind }) => `${when / minute} ${kind} ${seen}`)),
    patience,
  });
  expect(heard).toEqual(["15 lasts critical", "17 over fine"]);
});
