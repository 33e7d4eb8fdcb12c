const isEmpty = (text: string | null | undefined): text is '' | null | undefined =>
  text === null || text === undefined || text === '';

/** `prefix-<ms>.suffix`; without a prefix `<ms>.suffix`, without a suffix no dot (semantics §5, as 3.5 has it). */
export function batchPath(
  prefix: string | null | undefined,
  suffix: string | null | undefined,
  timeMs: number,
): string {
  const name = isEmpty(prefix) ? String(timeMs) : `${prefix}-${timeMs}`;
  return isEmpty(suffix) ? name : `${name}.${suffix}`;
}

/** Whether a directory's name is one of those that `batchPath` gives, of whatever batch. `resolve`: as of the file system. */
export function isBatchName(
  prefix: string | null | undefined,
  suffix: string | null | undefined,
  resolve: (path: string) => string = (path) => path,
): (name: string) => boolean {
  const lastOf = (path: string) => path.split('/').at(-1)!;
  const before = isEmpty(prefix) ? '' : lastOf(resolve(`${prefix}-`));
  const first = lastOf(resolve(batchPath(prefix, suffix, 0)));
  // A suffix with a slash in it makes directories below one: those are not looked for.
  if (!first.startsWith(`${before}0`)) return () => false;
  const after = first.slice(before.length + 1);
  return (name) =>
    name.startsWith(before) &&
    name.endsWith(after) &&
    /^\d+$/.test(name.slice(before.length, name.length - after.length));
}
