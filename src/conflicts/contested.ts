import type { ClaimKind, ClaimOf } from "./claim.ts";
import type { Rule } from "./rule.ts";

/**
 * Claims that others could meet, because they stand at one place, around others or in them; most stand alone and need no
 * further look. All such are among them, and some that only have a number in common with another one's place.
 *
 * Places are told apart by numbers: a Set of the texts themselves outgrows the caches of a processor with some thousand
 * claims, and from there on every look waits for memory (bench/check.ts).
 */
export function contested<K extends ClaimKind>(
  { place, nests }: Pick<Rule<K>, "place" | "nests">,
  claims: readonly ClaimOf<K>[],
): readonly ClaimOf<K>[] {
  const places = claims.map(place);
  const numbers = places.map(numberOf);
  const taken = new Numbers(claims.length);
  const crowded = new Set(numbers.filter((number) => !taken.add(number)));
  const shortest = places.reduce((least, { length }) => Math.min(least, length), Infinity);
  for (const text of nests ? places : []) {
    let around = continued(offsetBasis, text, 0, shortest);
    for (let length = shortest; length < text.length; length += 1) {
      if (taken.has(around)) crowded.add(around).add(numberOf(text));
      around = continued(around, text, length, length + 1);
    }
  }
  return crowded.size === 0 ? [] : claims.filter((_, index) => crowded.has(numbers[index] ?? 0));
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
