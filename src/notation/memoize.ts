/**
 * What the deployments of a blueprint have in common is made once and shared by all: to read many stacks is then hardly
 * more than to parse their files. Only pure functions are memoized, so that only the clock shows it.
 */

/** So that a long life with many stacks keeps no more than a blueprint's worth of texts. */
const most = 1_000;

/** A pure function of a text that remembers what it made: the texts of a blueprint come again with each of its stacks. */
export function memoize<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.made;
    const made = make(text);
    if (known.size >= most) known.clear();
    known.set(text, { made });
    return made;
  };
}

/** As {@link memoize}, of a piece of a blueprint, for as long as there is the piece. */
export function once<P extends object, T>(make: (piece: P) => T): (piece: P) => T {
  const known = new WeakMap<P, { readonly made: T }>();
  return (piece) => {
    const before = known.get(piece);
    if (before !== undefined) return before.made;
    const made = make(piece);
    known.set(piece, { made });
    return made;
  };
}
