/**
 * Builds the sources for running them inside the repository: one esbuild call with shared chunks, so that the
 * surfaces, the worker, the command line and the tests all use one copy of core. Results are kept by content hash.
 *
 * The layout is that of dist/: entries and chunks lie flat in one folder, and the library finds its own root as the
 * folder of the running chunk.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { classNames } from './class-names.mjs';
import { ALIASES, ENTRIES } from './entries.mjs';
import { repositoryRoot } from './repository-root.mjs';

export const SOURCE_FOLDERS = [
  'core',
  'api-java-style',
  'api-fluent',
  'gateway',
  'testing',
  'examples',
  'bench',
  'bin',
];

const buildsKept = 3;
/** Another process may still load chunks of a build that it started with, so recent ones stay however many there are. */
const recentMs = 3_600_000;

/** All files below the source folders for which `accept(path)` holds, as paths relative to the root with `/`, sorted. */
export function sourceFiles(accept, root = repositoryRoot) {
  const files = [];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') visit(path);
      } else if (entry.isFile()) {
        const name = relative(root, path).split(sep).join('/');
        if (accept(name)) files.push(name);
      }
    }
  };
  for (const folder of SOURCE_FOLDERS) if (existsSync(join(root, folder))) visit(join(root, folder));
  return files.sort();
}

/** Test files, `*.test.ts`, and with `long` also `*.long.ts`; with filters only those whose path contains one of them. */
export function testFiles({ filters = [], long = false } = {}) {
  return sourceFiles((path) => path.endsWith('.test.ts') || (long && path.endsWith('.long.ts'))).filter(
    (path) => filters.length === 0 || filters.some((filter) => path.includes(filter)),
  );
}

/** A hash over the content of everything that a build or a package depends on. */
export function contentHash(extra = '', more = []) {
  const hash = createHash('sha256').update(extra).update(process.platform);
  const inputs = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    ...sourceFiles((p) => /\.(ts|mjs|json)$/.test(p)),
    ...more,
  ];
  for (const path of inputs) hash.update(`\0${path}\0`).update(readFileSync(join(repositoryRoot, path)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Returns `{ dir, tests }`: the folder with `index.mjs`, `worker.mjs`, … and the built test files (absolute paths, empty
 * unless `tests` is set). `tests` is `true` or the list of test sources to build; `library: false` leaves out everything
 * that these tests do not import themselves.
 */
export async function devBuild({ tests = false, library = true } = {}) {
  const testSources = tests === true ? testFiles() : tests || [];
  const cache = join(repositoryRoot, 'node_modules', '.cache', 'dstreams');
  const dir = join(cache, contentHash([library, ...testSources].join('\n')));
  const result = { dir, tests: testSources.map((path) => join(dir, testOutput(path) + '.mjs')) };
  if (existsSync(dir)) {
    const now = new Date();
    utimesSync(dir, now, now);
    return result;
  }
  const temporary = `${dir}.${process.pid}.tmp`;
  try {
    await bundle(temporary, library ? ENTRIES : {}, testSources);
    renameSync(temporary, dir);
  } catch (error) {
    // Somebody else may have built the same meanwhile; what has the same name has the same content.
    if (!existsSync(dir)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  removeOldBuilds(cache);
  return result;
}

async function bundle(outdir, entries, testSources) {
  const { build, transform } = await import('esbuild');
  mkdirSync(outdir, { recursive: true });
  const entryPoints = [
    ...Object.entries(entries)
      .filter(([, path]) => existsSync(join(repositoryRoot, path)))
      .map(([out, path]) => ({ in: join(repositoryRoot, path), out })),
    ...testSources.map((path) => ({ in: join(repositoryRoot, path), out: testOutput(path) })),
  ];
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
    plugins: [aliases, scripts, sourceUrls(transform), classNames],
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}

const testOutput = (path) => `test/${path.replace(/\.ts$/, '')}`;

const aliases = {
  name: 'aliases',
  setup(build) {
    build.onResolve({ filter: /^dstreams(\/|$)/ }, ({ path }) => {
      const source = ALIASES[path];
      return source === undefined ? undefined : { path: join(repositoryRoot, source) };
    });
  },
};

/** Tests use the scripts of bin/ and bin/test-tools/ as they are, since these know where they stand. */
const scripts = {
  name: 'scripts',
  setup(build) {
    build.onResolve({ filter: /^\..*\.mjs$/ }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      const isScript = ['bin', 'bin/test-tools'].some((folder) => dirname(file) === join(repositoryRoot, folder));
      return isScript ? { path: pathToFileURL(file).href, external: true } : undefined;
    });
  },
};

/** In files of test folders and in examples `import.meta.url` is that of the source, so that they find what lies beside them. */
const sourceUrls = (transform) => ({
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /[\\/](test|examples)[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const { code } = await transform(text, {
        loader: 'ts',
        target: 'node20.19',
        sourcefile: path,
        sourcemap: 'inline',
        define: { 'import.meta.url': JSON.stringify(pathToFileURL(path).href) },
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      return { contents: code, loader: 'js' };
    });
  },
});

function removeOldBuilds(cache) {
  const builds = readdirSync(cache)
    .map((name) => join(cache, name))
    .map((path) => ({ path, usedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now() }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path, usedMs } of builds.slice(buildsKept)) {
    if (Date.now() - usedMs > recentMs) rmSync(path, { recursive: true, force: true });
  }
}
