/** Lines as words with their counts, in order of first appearance; blanks part words. */
export function countWords(lines: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    for (const word of line.split(' ')) {
      if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** The `k` entries of the highest counts, highest first; of equal ones those that come first. Holds `k` of them. */
export function topEntries<E>(entries: Iterable<E>, k: number, countOf: (entry: E) => number): E[] {
  const taken: E[] = [];
  if (k < 1) return taken;
  for (const entry of entries) {
    if (taken.length === k && countOf(entry) <= countOf(taken[k - 1]!)) continue;
    if (taken.length === k) taken.pop();
    let at = taken.length;
    while (at > 0 && countOf(taken[at - 1]!) < countOf(entry)) at--;
    taken.splice(at, 0, entry);
  }
  return taken;
}
