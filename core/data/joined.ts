/** The elements of all lists, in one. `flat()` gives the same, and takes ten times as long with a hundred thousand of them. */
export function joined<T>(lists: readonly (readonly T[])[]): T[] {
  const all: T[] = [];
  for (const list of lists) appendTo(all, list);
  return all;
}

/** Adds the values to the list, and gives it. `push` of a class that extends Array, as Java's lists do, takes four times as long. */
export function appendTo<T>(list: T[], values: readonly T[]): T[] {
  // Of before: it may be the list itself.
  const { length } = values;
  for (let i = 0; i < length; i++) list[list.length] = values[i]!;
  return list;
}
