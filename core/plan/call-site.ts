/**
 * The user's file and line that made an operator: the first frame outside this package. Empty where it cannot be told.
 * Costs a stack trace, so it is taken when the graph is built, never per batch.
 */
export function callSite(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  for (const line of lines) {
    const path = pathOf(line);
    if (path === '' || path.startsWith('node:') || isOurs(path)) continue;
    return path.replace(/^.*[\\/]([^\\/]+:\d+):\d+$/, '$1');
  }
  return '';
}

const pathOf = (line: string): string =>
  /\(?((?:file:\/\/|\/|[A-Za-z]:\\|node:)[^()]*:\d+:\d+)\)?\s*$/.exec(line)?.[1]?.replace(/^file:\/\//, '') ?? '';

/** Where this file's code lies: in a chunk of the built package, or in its source folder. */
const here = new URL('.', import.meta.url).pathname;

/** Where source-mapped frames of this package seem to lie: above `dist`, above the build's cache, above `core/plan`. */
const root = /^(.*?\/)(?:core\/plan\/|node_modules\/\.cache\/dstreams\/[^/]+\/|[^/]+\/)$/.exec(here)?.[1] ?? here;

/** Some frames may be mapped to sources and others not, as Node maps what it loads after it was told to. */
function isOurs(path: string): boolean {
  if (path.startsWith(here) && !path.slice(here.length).includes('/')) return true;
  return (
    path.startsWith(root) &&
    /^(core|api-java-style|api-fluent|gateway|testing)\/(?!.*test\/)/.test(path.slice(root.length))
  );
}
