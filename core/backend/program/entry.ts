import { pathToFileURL } from 'node:url';
import { DStreamsError } from '../../errors.ts';
import type { JobMain } from './job.ts';

export interface Entry {
  readonly main: JobMain;
  /** The export that was chosen. */
  readonly name: string;
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * Loads the module at `path` and returns its program. Module code runs once per process, however often this is called.
 * Throws what the module throws, and as `pickEntry`.
 */
export async function loadEntry(path: string, className?: string): Promise<(args: string[]) => unknown> {
  // Before the import: Node notes the source maps of what it loads from then on.
  process.setSourceMapsEnabled(true);
  const module = (await import(pathToFileURL(path).href)) as Exports;
  return pickEntry(module, className).main;
}

/**
 * Which export is the program: the default one (a `defineJob` result, a function, or a class with `static main`), else
 * the one called `className` (a Java name with its package is understood), else the only one that has a `static main` or is named `main`.
 * Throws `PROGRAM_NO_ENTRY`, and `PROGRAM_AMBIGUOUS` when there are several; both list the exports.
 */
export function pickEntry(module: Exports, className?: string): Entry {
  const exports = unwrap(module);
  const byDefault = mainOf(exports['default']);
  if (byDefault !== undefined) return { main: byDefault, name: 'default' };
  if (className !== undefined) {
    const name = className.slice(className.lastIndexOf('.') + 1);
    const main = mainOf(exports[name]);
    if (main !== undefined) return { main, name };
    throw noEntry(exports, `There is no program called ${className} (--class) in this module.`);
  }
  const found: Entry[] = [];
  for (const [name, value] of Object.entries(exports)) {
    const main = name === 'main' || hasStaticMain(value) ? mainOf(value) : undefined;
    if (main !== undefined) found.push({ main, name });
  }
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw noEntry(exports, 'This module has no program to run.');
  throw new DStreamsError(
    'PROGRAM_AMBIGUOUS',
    `This module has several programs: ${found.map(({ name }) => name).join(', ')}. ` +
      'Choose one with --class NAME, or make it the default export.',
  );
}

/** A CommonJS module arrives as one default export, whose properties are what it exports. */
function unwrap(module: Exports): Exports {
  const value = module['default'];
  const isWhole = Object.keys(module).length === 1 && typeof value === 'object' && value !== null;
  return isWhole ? (value as Exports) : module;
}

type WithMain = { main(args: string[]): unknown };

const hasStaticMain = (value: unknown): value is WithMain =>
  typeof value === 'function' && typeof (value as Partial<WithMain>).main === 'function';

/** A class is called by its `main`, with the class as `this`; a class without one is no program. */
function mainOf(value: unknown): JobMain | undefined {
  if (hasStaticMain(value)) return (args) => value.main(args);
  if (typeof value !== 'function' || /^class\b/.test(Function.prototype.toString.call(value))) return undefined;
  return value as JobMain;
}

function noEntry(exports: Exports, problem: string): DStreamsError {
  const names = Object.keys(exports);
  return new DStreamsError(
    'PROGRAM_NO_ENTRY',
    `${problem} It exports ${names.length > 0 ? names.join(', ') : 'nothing'}. Write ` +
      '`export default defineJob((args) => { … })`, or export a class with `static main(args: string[])` or a function `main`.',
  );
}
