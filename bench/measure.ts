/** One line of the table: two times measured in turns within one run, so that a slow machine slows both. */
export interface Row {
  readonly what: string;
  /** Milliseconds, the median. */
  readonly measured: number;
  /** What it is held against, if anything. */
  readonly against?: { readonly what: string; readonly measured: number };
  /** Milliseconds that it takes longer, where that is the target: differenceOf. */
  readonly difference?: number;
  readonly target: Target;
}

type Target =
  /** At most so many times as long as the other. */
  | { readonly kind: "ratio"; readonly atMost: number }
  /** At most so many milliseconds longer than the other. */
  | { readonly kind: "difference"; readonly atMost: number }
  /** At most so many milliseconds. */
  | { readonly kind: "time"; readonly atMost: number };

/** Nothing was measured, and why. */
interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

export type Result = Row | Skipped;

export const figureOf = ({ measured, against, difference = NaN, target }: Row): number =>
  target.kind === "ratio"
    ? measured / (against?.measured ?? NaN)
    : target.kind === "difference"
      ? difference
      : measured;

export const isMet = (row: Row): boolean => figureOf(row) <= row.target.atMost;

/** Milliseconds of anything, to be taken from each other. */
export type Clock = () => number;

/** What a person waits. */
const wall: Clock = () => performance.now();

/** What this process computes: work that waits for nothing takes as long on a busy machine as on an idle one. */
export const computing: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs all in turns, the first turn for nothing, and gives the median time of each. */
export const medians = async (works: readonly (() => unknown)[], turns: number, clock = wall): Promise<number[]> =>
  (await timesOf(works, turns, clock)).map(median);

/** As medians, of what each says that it took. */
export const mediansOf = async (measures: readonly (() => Promise<number>)[], turns: number): Promise<number[]> =>
  (await toldTimes(measures, turns)).map(median);

/** As medians, with the times of all turns. */
export const timesOf = (works: readonly (() => unknown)[], turns: number, clock = wall): Promise<number[][]> =>
  toldTimes(
    works.map((work) => async () => {
      const started = clock();
      await work();
      return clock() - started;
    }),
    turns,
  );

/** How much longer one takes than another in the same turn, the median: a machine that is slow for a while slows both. */
export const differenceOf = (times: readonly number[], others: readonly number[]): number =>
  median(times.map((time, turn) => time - (others[turn] ?? NaN)));

async function toldTimes(measures: readonly (() => Promise<number>)[], turns: number): Promise<number[][]> {
  const times = measures.map((): number[] => []);
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [index, measure] of measures.entries()) {
      const time = await measure();
      if (turn > 0) times[index]?.push(time);
    }
  }
  return times;
}

export function median(times: readonly number[]): number {
  const ordered = [...times].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)] ?? NaN;
}
