import { isTest, type ParsedSource } from './source.ts';

/** All files reached by imports from the roots. */
export function reachable(files: readonly ParsedSource[], roots: readonly string[]): Set<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const open = roots.filter((root) => byPath.has(root));
  while (open.length > 0) {
    const path = open.pop() as string;
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { file } of byPath.get(path)?.imports ?? []) if (file !== undefined && byPath.has(file)) open.push(file);
  }
  return reached;
}

/**
 * Files that nothing needs: sources that no entry reaches (that a test does is not enough), and files of test folders
 * that no test imports or names; those in `test/types/` are tests of types, which compiling runs. Programs that are run by file name, such as examples, count when a file that is
 * itself in use names them.
 */
export function deadFiles(files: readonly ParsedSource[], entries: readonly string[]): string[] {
  const tests = files.filter(({ path }) => /\.(test|long)\.ts$|\/test\/types\//.test(path)).map(({ path }) => path);
  const live = reachable(files, entries);
  const used = reachable(files, [...entries, ...tests]);
  for (let before = -1; before < used.size + live.size; ) {
    before = used.size + live.size;
    for (const { path } of files) {
      if (!used.has(path) && isNamedBy(files, path, used)) for (const p of reachable(files, [path])) used.add(p);
      if (!live.has(path) && isNamedBy(files, path, live)) for (const p of reachable(files, [path])) live.add(p);
    }
  }
  return files.filter(({ path }) => !(isTest(path) ? used : live).has(path)).map(({ path }) => path);
}

function isNamedBy(files: readonly ParsedSource[], path: string, users: ReadonlySet<string>): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const quoted = new RegExp(`['"\`/]${name.replace(/[.+]/g, '\\$&').replace(/\\\.ts$/, '(\\.ts)?')}['"\`]`);
  return files.some((file) => users.has(file.path) && quoted.test(file.text));
}
