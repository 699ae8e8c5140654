import { type History, lasting, type News, type Patience, type Sample } from "../status/alerts.ts";

/** The clock and the reader, handed in so that nothing here has to wait. */
export interface Watching<T> {
  readonly look: () => Promise<T>;
  readonly samples: (seen: T) => readonly Sample[];
  readonly now: () => number;
  /** Waits for the next look; false ends the watch. */
  readonly next: () => Promise<boolean>;
  readonly report: (news: readonly News[], seen: T, at: number) => void;
  readonly patience: Patience;
}

/** Looks again and again, and reports what has lasted. */
export async function watch<T>({ look, samples, now, next, report, patience }: Watching<T>): Promise<void> {
  let history: History | undefined;
  do {
    const seen = await look();
    const at = now();
    const result = lasting(history, samples(seen), at, patience);
    history = result.history;
    report(result.news, seen, at);
  } while (await next());
}
