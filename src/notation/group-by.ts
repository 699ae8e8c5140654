/** Adds to the list that an index has for a key; the list is made where there is none. */
export function put<K, T>(index: Map<K, T[]>, key: K, value: T): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [value]);
  else there.push(value);
}

/** Values by what they have in common, in the order in which they come. */
export function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) put(groups, keyOf(value), value);
  return groups;
}
