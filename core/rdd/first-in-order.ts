export type Compare = (a: unknown, b: unknown) => number;

/** The first `n` records in this order, of equal ones those that came first: what `sort` gives, without sorting all. */
export function firstInOrder(records: readonly unknown[], n: number, compare: Compare): unknown[] {
  if (n <= 0) return [];
  let found: unknown[] = [];
  for (const record of records) {
    // With n of them at hand, whoever does not come before the last one is not among the first.
    if (found.length >= n && !comesBefore(record, found[n - 1], compare)) continue;
    found.push(record);
    if (found.length === n || found.length === 2 * n) found = found.sort(compare).slice(0, n);
  }
  return found.sort(compare).slice(0, n);
}

/** As `sort` has it, which puts undefined last and asks nobody. */
const comesBefore = (a: unknown, b: unknown, compare: Compare): boolean =>
  a !== undefined && (b === undefined || compare(a, b) < 0);
