import type { ClaimKind, ClaimOf } from "./claim.ts";
import type { Rule } from "./rule.ts";

/**
 * The claims of one kind on one endpoint, each with where it stands.
 *
 * Places are told apart by numbers, which are taken when a claim comes in: with more claims than the caches of a processor
 * hold, every further look at a claim waits for memory, and so does a Set of the texts themselves (bench/check.ts).
 */
export class Standing<K extends ClaimKind> {
  readonly claims: ClaimOf<K>[] = [];
  readonly #rule: Pick<Rule<K>, "place" | "nests"> | undefined;
  readonly #numbers: number[] = [];
  /** Where places nest: the places themselves. */
  readonly #texts: string[] = [];

  /** @param rule none where claims of the kind never stand in each other's way */
  constructor(rule: Pick<Rule<K>, "place" | "nests"> | undefined) {
    this.#rule = rule;
  }

  add(claim: ClaimOf<K>): void {
    this.claims.push(claim);
    if (this.#rule === undefined) return;
    const text = this.#rule.place(claim);
    this.#numbers.push(numberOf(text));
    if (this.#rule.nests) this.#texts.push(text);
  }

  /**
   * Claims that others could meet, because they stand at one place, around others or in them; most stand alone and need no
   * further look. All such are among them, and some that only have a number in common with another one's place.
   */
  contested(): readonly ClaimOf<K>[] {
    const numbers = this.#numbers;
    const taken = new Numbers(numbers.length);
    const crowded = new Set(numbers.filter((number) => !taken.add(number)));
    const shortest = this.#texts.reduce((least, { length }) => Math.min(least, length), Infinity);
    for (const text of this.#texts) {
      let around = continued(offsetBasis, text, 0, shortest);
      for (let length = shortest; length < text.length; length += 1) {
        if (taken.has(around)) crowded.add(around).add(numberOf(text));
        around = continued(around, text, length, length + 1);
      }
    }
    return crowded.size === 0 ? [] : this.claims.filter((_, index) => crowded.has(numbers[index] ?? 0));
  }
}

/** FNV-1a (RFC 9923) in 32 signed bits, of UTF-16 units: the number of a text goes on from the number of its beginning. */
const numberOf = (text: string): number => continued(offsetBasis, text, 0, text.length);

const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;

function continued(number: number, text: string, start: number, end: number): number {
  let result = number;
  for (let at = start; at < end; at += 1) result = Math.imul(result ^ text.charCodeAt(at), prime);
  return result;
}

/** So many numbers at most, each next to where it belongs; 0 counts as there, being what is empty. */
class Numbers {
  readonly #slots: Int32Array;

  constructor(count: number) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
  }

  /** @returns whether it is new */
  add(number: number): boolean {
    const slot = this.#slotOf(number);
    if (this.#slots[slot] === number) return false;
    this.#slots[slot] = number;
    return true;
  }

  has(number: number): boolean {
    return this.#slots[this.#slotOf(number)] === number;
  }

  /** Where it is, or would go. */
  #slotOf(number: number): number {
    const last = this.#slots.length - 1;
    let slot = number & last;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== number) slot = (slot + 1) & last;
    return slot;
  }
}
