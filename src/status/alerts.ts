import type { Level } from "./use.ts";
import { ownValue } from "../notation/own-value.ts";

/** How something was at one look. */
export interface Sample {
  /** What it is: the same text at each look. */
  readonly key: string;
  readonly level: Level;
}

/** Since when each thing has been at a level or above it, at every look; what was reported is not reported again. */
export interface History {
  /** Of the last look, in milliseconds since 1970. */
  readonly at: number;
  readonly standing: Readonly<Record<string, Standing>>;
}

interface Standing {
  readonly since: Readonly<Partial<Record<Level, number>>>;
  readonly reported?: Level;
}

/** `lasts`: it has been at this level, or above it, for long enough; `over`: what was reported is over. */
export interface News {
  readonly kind: "lasts" | "over";
  readonly key: string;
  readonly level: Level;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** Times in milliseconds. */
export interface Patience {
  /** How long a state has to last. */
  readonly long: number;
  /** Two looks further apart than this say nothing of what was between them. */
  readonly gap: number;
}

const levels = ["watch", "scale", "critical"] as const;
const rank = (level: Level): number => levels.indexOf(level as (typeof levels)[number]);

/** Takes one look into account: what has lasted is reported once for each level, the highest that has. */
export function lasting(
  before: History | undefined,
  samples: readonly Sample[],
  at: number,
  { long, gap }: Patience,
): { history: History; news: News[] } {
  const known = before !== undefined && at - before.at <= gap ? before.standing : {};
  const news: News[] = [];
  const standing = samples.map(({ key, level }): [string, Standing] => {
    const { since: earlier = {}, reported } = ownValue(known, key) ?? {};
    const reached = levels.filter((one) => rank(one) <= rank(level));
    const since = Object.fromEntries(reached.map((one) => [one, earlier[one] ?? at]));
    if (reached.length === 0) {
      if (reported !== undefined) news.push({ kind: "over", key, level: reported, since: at });
      return [key, { since }];
    }
    const lasts = [...reached].reverse().find((one) => at - (since[one] ?? at) >= long);
    if (lasts === undefined || (reported !== undefined && rank(lasts) <= rank(reported)))
      return [key, { since, reported }];
    news.push({ kind: "lasts", key, level: lasts, since: since[lasts] ?? at });
    return [key, { since, reported: lasts }];
  });
  return { history: { at, standing: Object.fromEntries(standing) }, news };
}
