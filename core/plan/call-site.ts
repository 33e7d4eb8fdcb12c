/**
 * The user's file and line that made an operator: the first frame outside this package. Empty where it cannot be told.
 * Costs a stack trace, so it is taken when the graph is built, never per batch.
 */
export function callSite(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  const own = pathOf(lines[0] ?? '');
  const isOurs = packageFilter(own);
  for (const line of lines) {
    const path = pathOf(line);
    if (path === '' || path.startsWith('node:') || isOurs(path)) continue;
    return path.replace(/^.*[\\/]([^\\/]+:\d+):\d+$/, '$1');
  }
  return '';
}

const pathOf = (line: string): string =>
  /\(?((?:file:\/\/|\/|[A-Za-z]:\\|node:)[^()]*:\d+:\d+)\)?\s*$/.exec(line)?.[1]?.replace(/^file:\/\//, '') ?? '';

/** Source-mapped frames lie under the source folders, others in the folder of the built chunks. */
function packageFilter(own: string): (path: string) => boolean {
  const source = /^(.*[\\/])core[\\/]plan[\\/]call-site\.ts:/.exec(own);
  if (source !== null) {
    const root = source[1]!;
    return (path) =>
      path.startsWith(root) &&
      /^(core|api-java-style|api-fluent|gateway|testing)[\\/](?!.*test[\\/])/.test(path.slice(root.length));
  }
  const folder = own.replace(/[^\\/]*$/, '');
  return (path) => path.startsWith(folder) && !path.slice(folder.length).includes('/');
}
