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

/** Whether a directory is one of those that `batchPath` names, of whatever batch. */
export function isBatchName(prefix: string | null | undefined, suffix: string | null | undefined) {
  const [before, after] = batchPath(prefix, suffix, 0)
    .split('/')
    .at(-1)!
    .split(/0(?=[^0]*$)/) as [string, string];
  return (name: string): boolean =>
    name.startsWith(before) &&
    name.endsWith(after) &&
    /^\d+$/.test(name.slice(before.length, name.length - after.length));
}
