/** What the cases compute with: an array is a pair or a list. */
export type Value = null | boolean | number | string | readonly Value[];

/** Null, booleans, numbers, strings, arrays: values of an earlier kind come first. */
function kindOf(x: Value): number {
  if (x === null) return 0;
  if (typeof x === 'boolean') return 1;
  if (typeof x === 'number') return 2;
  return typeof x === 'string' ? 3 : 4;
}

/** The canonical order: by kind, then by value (strings by UTF-16 unit), arrays element by element and then by length. */
export function compareValues(a: Value, b: Value): number {
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return kind - kindOf(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) {
      const order = compareValues(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (a === b) return 0;
  return (a as string) < (b as string) ? -1 : 1;
}

export const equalValues = (a: Value, b: Value): boolean => compareValues(a, b) === 0;

export const sortValues = <T extends Value>(values: Iterable<T>): T[] => [...values].sort(compareValues);

/** Each value once, in canonical order. */
export function uniqueValues<T extends Value>(values: Iterable<T>): T[] {
  const unique: T[] = [];
  for (const x of sortValues(values)) if (unique.length === 0 || !equalValues(unique.at(-1)!, x)) unique.push(x);
  return unique;
}
