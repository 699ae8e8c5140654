/** So that a long life with many stacks keeps no more than a blueprint's worth of texts. */
const most = 1_000;

/** A pure function of a text that remembers what it made: the texts of a blueprint come again with each of its stacks. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
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
