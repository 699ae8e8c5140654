import type { Claim, ClaimKind, ClaimOf } from "../claims/claim.ts";
import { exclusiveRuleOf, type Rules } from "./rule.ts";

/** Searches for free things of one kind; it reads what is held from the allocator, when it is first asked for. */
type Search<T> = new (allocator: Allocator) => T;

/**
 * Finds what nobody holds, and never offers one thing twice. How to search is with each kind's rule; what was offered is
 * kept here, and a search goes on where the one before it ended: thousands of conflicts take no longer than their number.
 */
export class Allocator {
  readonly #claims: readonly Claim[];
  readonly #rules: Rules;
  readonly #searches = new Map<Search<unknown>, unknown>();
  readonly #offered = new Set<string>();
  readonly #ends = new Map<string, number>();
  readonly #remedies = new Map<string, string>();

  /** @param claims everything that is held or wanted on one endpoint */
  constructor(claims: readonly Claim[], rules: Rules) {
    this.#claims = claims;
    this.#rules = rules;
  }

  /** The search of one kind: `free.of(FreePorts).next(wanted)`. */
  of<T>(search: Search<T>): T {
    const known = this.#searches.get(search) as T | undefined;
    if (known !== undefined) return known;
    const made = new search(this);
    this.#searches.set(search, made);
    return made;
  }

  /** Everything of one kind that is held or wanted. */
  claims<K extends ClaimKind>(kind: K): ClaimOf<K>[] {
    return this.#claims.filter((claim): claim is ClaimOf<K> => claim.kind === kind);
  }

  /** The names of everything whose name begins with a prefix. */
  namesUnderPrefixes(): string[] {
    return this.#claims.flatMap((claim) => exclusiveRuleOf(this.#rules, claim)?.nameUnderPrefix?.(claim) ?? []);
  }

  isOffered(thing: string): boolean {
    return this.#offered.has(thing);
  }

  /** @returns false where it was offered before */
  offer(thing: string): boolean {
    if (this.#offered.has(thing)) return false;
    this.#offered.add(thing);
    return true;
  }

  /** Several findings of one stack, one remedy. */
  once(finding: string, remedy: () => string): string {
    const known = this.#remedies.get(finding) ?? remedy();
    this.#remedies.set(finding, known);
    return known;
  }

  /** The first number from `from` to `to` that gives something, leaving out those that gave nothing before. */
  goOn<T>(what: string, from: number, to: number, at: (number: number) => T | undefined): T | undefined {
    const search = `${what} from ${from}`;
    for (let number = this.#ends.get(search) ?? from; number <= to; number += 1) {
      const found = at(number);
      if (found === undefined) continue;
      this.#ends.set(search, number + 1);
      return found;
    }
    this.#ends.set(search, Math.max(from, to + 1));
    return undefined;
  }
}
