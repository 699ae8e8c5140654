import type { ClaimKind, ClaimOf } from "../claims/claim.ts";
import type { ExclusiveRule } from "./rule.ts";

/** The claims of one kind on one endpoint, each with its place: the text under which two of them meet. */
export class ClaimIndex<K extends ClaimKind> {
  readonly claims: ClaimOf<K>[] = [];
  readonly #rule: Pick<ExclusiveRule<K>, "place" | "nests"> | undefined;
  /** The place of each claim, in their order. */
  readonly #places: string[] = [];

  /** @param rule none where claims of the kind never conflict */
  constructor(rule: Pick<ExclusiveRule<K>, "place" | "nests"> | undefined) {
    this.#rule = rule;
  }

  add(claim: ClaimOf<K>): void {
    this.claims.push(claim);
    if (this.#rule !== undefined) this.#places.push(this.#rule.place(claim));
  }

  /** Claims that share a place with others, or whose places contain each other; most claims do neither. */
  contested(): readonly ClaimOf<K>[] {
    const seen = new Set<string>();
    const crowded = new Set<string>();
    for (const place of this.#places) {
      if (seen.has(place)) crowded.add(place);
      else seen.add(place);
    }
    if (this.#rule?.nests) this.#addNested(seen, crowded);
    return crowded.size === 0 ? [] : this.claims.filter((_, index) => crowded.has(this.#places[index] ?? ""));
  }

  #addNested(seen: ReadonlySet<string>, crowded: Set<string>): void {
    const shortest = this.#places.reduce((least, { length }) => Math.min(least, length), Infinity);
    for (const place of this.#places)
      for (let length = shortest; length < place.length; length += 1) {
        const around = place.slice(0, length);
        if (seen.has(around)) crowded.add(around).add(place);
      }
  }
}
