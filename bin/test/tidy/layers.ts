import { isTest, type ParsedSource } from './source.ts';

/** The folders of core, each of which may use those before it (DESIGN §3, decisions 34). `''` is errors, assert, ids, printed. */
export const CORE_LADDER: readonly string[] = [
  '',
  'time',
  'metrics',
  'data',
  'options',
  'storage',
  'format',
  'rdd',
  'plan',
  'operator',
  'window',
  'state',
  'stage',
  'shuffle',
  'checkpoint',
  'source',
  'sink',
  'backend',
  'scheduler',
  'engine',
  'testing',
];

const CORE_BASE = ['core/errors.ts', 'core/assert.ts', 'core/ids.ts', 'core/printed.ts'];
const CORE_DOORS = ['core/index.ts', 'core/internal.ts'];
const SURFACES = ['api-java-style', 'api-fluent', 'gateway'];

/** What each top-level folder may import from others; `core` through its doors only, where it says so. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'api-java-style': ['core'],
  'api-fluent': ['core'],
  gateway: ['core'],
  testing: ['core', ...SURFACES],
  // Examples are programs of users: they import the package by name.
  examples: [],
  bench: ['core', ...SURFACES, 'testing', 'examples', 'bin'],
  bin: ['core', ...SURFACES, 'testing', 'examples', 'bench'],
};

/** Tests may also use these: the test kit and the helpers of tests. */
const ALLOWED_IN_TESTS = ['core', 'testing', 'bin'];

/** Imports that point the wrong way, one message each. */
export function layerViolations(files: readonly ParsedSource[]): string[] {
  const violations: string[] = [];
  for (const { path, imports } of files) {
    for (const { file, line } of imports) {
      const problem = file === undefined ? undefined : wrongDirection(path, file);
      if (problem !== undefined) violations.push(`${path}:${line} imports ${file}: ${problem}`);
    }
  }
  return violations;
}

function wrongDirection(from: string, to: string): string | undefined {
  if (isTest(to) && !isTest(from)) return 'only tests may import from a test folder';
  const fromTop = top(from);
  const toTop = top(to);
  if (fromTop === '' || toTop === '') return undefined; // Tool configuration at the root.
  if (fromTop === toTop) return fromTop === 'core' && !isTest(from) ? wrongStep(from, to) : undefined;
  const allowed = ALLOWED[fromTop];
  if (allowed === undefined) return `the folder ${fromTop} has no place in the layers`;
  if (isTest(from) && ALLOWED_IN_TESTS.includes(toTop)) return undefined;
  if (!allowed.includes(toTop)) return `${fromTop} may not use ${toTop}`;
  if (SURFACES.includes(fromTop) && !CORE_DOORS.includes(to))
    return `${fromTop} uses core by ${CORE_DOORS.join(' or ')}`;
  return undefined;
}

function wrongStep(from: string, to: string): string | undefined {
  const [fromRank, toRank] = [rank(from), rank(to)];
  if (fromRank < 0 || toRank < 0) return `${fromRank < 0 ? from : to} lies in a folder that is not on the ladder`;
  return toRank > fromRank ? `${step(to)} comes after ${step(from)} on the ladder` : undefined;
}

/** Of core's own files three are its base; the rest are doors, at the end: they may use everything, no folder uses them. */
function rank(path: string): number {
  if (folder(path) === '' && !CORE_BASE.includes(path)) return CORE_LADDER.length;
  return CORE_LADDER.indexOf(folder(path));
}

const step = (path: string): string => folder(path) || path;
const top = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const folder = (path: string): string => (path.split('/').length > 2 ? (path.split('/')[1] as string) : '');

/** Files that import each other, directly or not: each group once, as `a → b → a`. */
export function cycles(files: readonly ParsedSource[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    state.set(path, 'open');
    stack.push(path);
    for (const { file } of byPath.get(path)?.imports ?? []) {
      if (file === undefined || !byPath.has(file)) continue;
      if (state.get(file) === 'open') found.push([...stack.slice(stack.indexOf(file)), file].join(' → '));
      else if (state.get(file) === undefined) visit(file);
    }
    stack.pop();
    state.set(path, 'done');
  };
  for (const path of byPath.keys()) if (state.get(path) === undefined) visit(path);
  return found;
}
