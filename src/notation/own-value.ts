/**
 * The value that a record has under a name that a person or a program chose. Without this, a service named `constructor`
 * or a setting named `toString` would be found in every record: all objects inherit those.
 */
export function ownValue<R extends Readonly<Record<string, unknown>>>(
  record: R | null | undefined,
  name: string,
): R[string] | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, name)
    ? (record[name] as R[string])
    : undefined;
}
