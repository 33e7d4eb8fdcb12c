import { expandBraces, isGlob, matcherOf } from './file-system-glob.ts';

interface Found {
  readonly path: string;
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What a walk wants to know next; the answer goes into `next`: what stands there, or nothing. */
export type Question = { readonly kind: 'status' | 'list'; readonly path: string };

/**
 * Finds what matches a pattern, by asking: whoever drives it answers at once or later. So one walk serves both the calls that
 * wait and those that do not.
 */
export function* globWalk<F extends Found>(
  pattern: string,
  resolve: (path: string) => string,
): Generator<Question, F[], readonly F[]> {
  const found = new Map<string, F>();
  for (const plain of expandBraces(pattern)) {
    for (const status of yield* walkOne<F>(resolve(plain))) found.set(status.path, status);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* walkOne<F extends Found>(pattern: string): Generator<Question, readonly F[], readonly F[]> {
  let matches: readonly F[] = yield { kind: 'status', path: '/' };
  for (const part of pattern.split('/').filter((text) => text !== '')) {
    const next: F[] = [];
    const accepts = isGlob(part) ? matcherOf(part) : undefined;
    for (const { path, isDirectory } of matches) {
      if (!isDirectory) continue;
      if (accepts === undefined) {
        next.push(...(yield { kind: 'status', path: path === '/' ? `/${part}` : `${path}/${part}` }));
        continue;
      }
      // A hidden file has to be asked for by its dot, as in a shell.
      const isAsked = part.startsWith('.');
      for (const status of yield { kind: 'list', path }) {
        if ((isAsked || !status.name.startsWith('.')) && accepts(status.name)) next.push(status);
      }
    }
    matches = next;
  }
  return matches;
}
