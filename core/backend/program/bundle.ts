import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Message, OutputFile } from 'esbuild';
import { DStreamsError, messageOf } from '../../errors.ts';
import { withClassNames } from './class-names.mjs';
import { hashText, NodeProgramFiles, type ProgramFiles } from './program-files.ts';
import { FILE_DEFINES, resolvePlugin } from './resolve-plugin.ts';

export interface BundleOptions {
  /** The folder of the running copy of dstreams; see `packageRoot()`. */
  readonly packageRoot: string;
  /** Where bundles are kept; a private folder below the system's temporary one unless given. */
  readonly cacheDir?: string;
  readonly files?: ProgramFiles;
}

/** A program as driver and executors load it. */
export interface Bundle {
  /** The user's file, absolute, without symbolic links. */
  readonly file: string;
  /** The ES module to import, absolute. Its source map lies beside it. */
  readonly path: string;
  /** Of the bundle's bytes, hexadecimal. */
  readonly hash: string;
}

const extensions = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];
const messagesMax = 10;

/** What `ensureBundle` writes again; a process runs few programs. */
const texts = new Map<string, { readonly folder: string; readonly code: string; readonly map: string }>();

/** esbuild keeps a child process, which is stopped when no bundle is being made: jobs run for weeks. */
let bundlesUnderWay = 0;

/**
 * Bundles the program whose module is `file`: its own files into one ES module, while packages stay outside and are found from
 * the program's folder, and every `dstreams*` import means the running copy. Equal content gives the same path.
 * Throws `PROGRAM_NOT_FOUND`, or `PROGRAM_FAILED` with file and line when something does not parse or resolve.
 */
export async function bundleProgram(file: string, options: BundleOptions): Promise<Bundle> {
  const files = options.files ?? new NodeProgramFiles();
  const source = files.realFile(resolve(file));
  if (source === undefined) {
    throw new DStreamsError('PROGRAM_NOT_FOUND', `There is no program file ${resolve(file)}.`, {
      details: { path: file },
    });
  }
  if (!extensions.includes(extname(source))) {
    throw new DStreamsError('PROGRAM_FAILED', `${source} is no program: expected one of ${extensions.join(', ')}.`);
  }
  const { code, map } = await build(source, options.packageRoot, files);
  const hash = hashText(code, 32);
  const folder = join(options.cacheDir ?? files.privateFolder(), hash);
  const path = join(folder, `${basename(source, extname(source))}.mjs`);
  texts.set(path, { folder, code: `${code}//# sourceMappingURL=${encodeURIComponent(basename(path))}.map\n`, map });
  ensureBundle(path, files);
  return { file: source, path, hash };
}

/**
 * Writes the bundle at `path`, made earlier in this process, again if it has gone: temporary folders are swept, and a
 * worker that is replaced weeks later loads it anew. Does nothing for other paths.
 */
export function ensureBundle(path: string, files: ProgramFiles = new NodeProgramFiles()): void {
  const text = texts.get(path);
  if (text === undefined) return;
  files.ensureFile(text.folder, `${basename(path)}.map`, text.map);
  files.ensureFile(text.folder, basename(path), text.code);
}

/** What driver and executors compare: the same code with the same arguments. */
export function programHash(bundle: Pick<Bundle, 'hash'>, args: readonly string[]): string {
  return hashText(`${bundle.hash}\0${JSON.stringify(args)}`, 32);
}

/** The `programHash` of the bundle as it lies on the disk now: what an executor compares with the driver's. */
export function programHashOf(
  path: string,
  args: readonly string[],
  files: ProgramFiles = new NodeProgramFiles(),
): string {
  const code = files.readText(path).replace(/\/\/# sourceMappingURL=[^\n]*\n$/, '');
  return programHash({ hash: hashText(code, 32) }, args);
}

async function build(source: string, packageRoot: string, files: ProgramFiles): Promise<{ code: string; map: string }> {
  const esbuild = await import('esbuild');
  bundlesUnderWay++;
  try {
    const folder = dirname(source);
    const { outputFiles } = await esbuild.build({
      absWorkingDir: folder,
      entryPoints: [source],
      outfile: join(folder, 'program.mjs'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      // Node's own rules for packages: no `module` field, no bundlers' conditions.
      mainFields: ['main'],
      conditions: ['node-addons', 'module-sync'],
      preserveSymlinks: true,
      define: { ...FILE_DEFINES },
      // `require` of CommonJS sources, for what stays outside.
      banner: {
        js: `import { createRequire as __dstreamsCreateRequire } from 'node:module'; const require = __dstreamsCreateRequire(${JSON.stringify(pathToFileURL(source).href)});`,
      },
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
      plugins: [resolvePlugin(packageRoot, files)],
    });
    const text = (end: string): string => outputFiles.find((output: OutputFile) => output.path.endsWith(end))!.text;
    return { code: await named(text('.mjs'), esbuild), map: withAbsoluteSources(text('.map'), folder) };
  } catch (error) {
    throw bundleError(source, error);
  } finally {
    if (--bundlesUnderWay === 0) await esbuild.stop();
  }
}

/**
 * The bundle with the names that its classes had, where it is the same program but for names: where not even a text has changed, which
 * the bundler's minifier tells, as it gives new names to everything.
 */
async function named(code: string, { transform }: Pick<typeof import('esbuild'), 'transform'>): Promise<string> {
  const renamed = withClassNames(code);
  if (renamed === code) return code;
  const [before, after] = await Promise.all(
    [code, renamed].map((one) => transform(one, { format: 'esm', minifyIdentifiers: true, logLevel: 'silent' })),
  );
  return before!.code === after!.code ? renamed : code;
}

/** The map is read elsewhere than it was made, so its sources become URLs. */
function withAbsoluteSources(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  const sources = parsed.sources.map((name) => pathToFileURL(resolve(folder, name)).href);
  return JSON.stringify({ ...parsed, sources });
}

function bundleError(source: string, error: unknown): DStreamsError {
  const messages = (error as Partial<BuildFailure> | undefined)?.errors ?? [];
  const shown = messages.slice(0, messagesMax).map((message) => describe(message, dirname(source)));
  if (messages.length > messagesMax) shown.push(`… and ${messages.length - messagesMax} more`);
  const text = shown.length > 0 ? shown.join('\n') : `${source}: ${messageOf(error)}`;
  return new DStreamsError('PROGRAM_FAILED', `The program cannot be loaded.\n${text}`, { cause: error });
}

function describe({ text, location, notes }: Message, folder: string): string {
  if (location === null) return text;
  const { file, line, column, lineText } = location;
  const [, name] = /^Could not resolve "(@[\w.-]+\/[\w.-]+|[\w-][\w.-]*)(?:\/[^"]*)?"$/.exec(text) ?? [];
  // The bundler's own advice is for who configures it.
  const hints =
    name === undefined
      ? notes.map((note) => `\n    ${note.text}`).join('')
      : `\n    It is found from the program's folder, where it has to be installed: npm install ${name}`;
  return `${resolve(folder, file)}:${line}:${column + 1}: ${text}\n    ${lineText.trim()}${hints}`;
}
