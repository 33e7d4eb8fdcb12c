import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ImportKind, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import type { ProgramFiles } from './program-files.ts';

/** The public entries of the package, and the file of each in the package's root. */
const ENTRIES: Readonly<Record<string, string>> = {
  dstreams: 'index.mjs',
  'dstreams/java': 'java.mjs',
  'dstreams/gateway': 'gateway.mjs',
  'dstreams/client': 'client.mjs',
  'dstreams/testing': 'testing.mjs',
};

/** Names for what differs from file to file; `define` puts them in place of the expressions at the left. */
export const FILE_DEFINES: Readonly<Record<string, string>> = {
  'import.meta.url': '__dstreamsUrl',
  'import.meta.filename': '__dstreamsFile',
  'import.meta.dirname': '__dstreamsFolder',
  'import.meta.resolve': '__dstreamsResolve',
  __filename: '__dstreamsFile',
  __dirname: '__dstreamsFolder',
};

const requireNamespace = 'dstreams-require';
const isScript = /\.[cm]?[jt]sx?$/;
const isPlainScript = /\.([cm]?js|json|node|wasm)$/;
const inPackage = `${sep}node_modules${sep}`;

/** Marks our own questions to esbuild's resolver, which come back through the plugin. */
const asking = Symbol('asking');

const isRequire = (kind: ImportKind): boolean => kind === 'require-call' || kind === 'require-resolve';

/** How a bundle names a file that stays outside it: Node takes URLs in `import` and paths in `require`. */
const outside = (path: string, kind: ImportKind): OnResolveResult => ({
  path: isRequire(kind) ? path : pathToFileURL(path).href,
  external: true,
});

/**
 * Decides what goes into a bundle: the program's own files do; packages, Node's modules and the running copy of
 * dstreams stay outside, named by where they were found, since the bundle lies in another folder than the program.
 */
export function resolvePlugin(packageRoot: string, files: ProgramFiles): Plugin {
  return {
    name: 'dstreams-program',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
        if (pluginData === asking || kind === 'entry-point') return undefined;
        if (namespace === requireNamespace) return { path, external: true };
        if (isBuiltin(path)) return { path, external: true };
        if (/^dstreams(\/|$)/.test(path)) return ownEntry(path, kind, packageRoot);
        if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return { path, external: true };
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: asking });
        const isBare = !/^\.{0,2}\/|^\.{1,2}$/.test(path);
        if (found.errors.length > 0 || found.path === '' || found.namespace !== 'file') {
          // As in Node, `require` and `import()` of what is missing fail when they run, if they ever do.
          return isBare && (isRequire(kind) || kind === 'dynamic-import') ? { path, external: true } : undefined;
        }
        if (found.path.startsWith(packageRoot + sep)) return outside(found.path, kind);
        // A package linked from a workspace may be TypeScript, which Node cannot load: it is bundled.
        const isPackage = isBare && found.path.includes(inPackage) && isPlainScript.test(found.path);
        if (isPackage || found.path.endsWith('.node')) return outside(found.path, kind);
        return { path: found.path };
      });
      keepFileNames(build, files);
      importForRequire(build);
    },
  };
}

function ownEntry(path: string, kind: ImportKind, packageRoot: string): OnResolveResult {
  const entry = ENTRIES[path];
  if (entry === undefined) {
    return { errors: [{ text: `dstreams has no entry "${path}"; there are ${Object.keys(ENTRIES).join(', ')}` }] };
  }
  const file = join(packageRoot, entry);
  // Loading an ES module by `require` works but warns on Node 20, so the bundle imports it and hands it over.
  return kind === 'require-call' ? { path: file, namespace: requireNamespace } : outside(file, kind);
}

function importForRequire(build: PluginBuild): void {
  build.onLoad({ filter: /.*/, namespace: requireNamespace }, ({ path }) => ({
    contents: `export * from ${JSON.stringify(pathToFileURL(path).href)};`,
    loader: 'js',
  }));
}

/** Puts what `FILE_DEFINES` names in front of each file, on its first line, so that line numbers stay. */
function keepFileNames(build: PluginBuild, files: ProgramFiles): void {
  build.onLoad({ filter: isScript, namespace: 'file' }, ({ path }) => {
    const text = files.readText(path);
    const wanted = /import\.meta|__filename|__dirname/.test(text);
    if (!wanted) return undefined;
    const hashbang = /^#!.*/.exec(text)?.[0] ?? '';
    return { contents: `${namesOf(path, text)}${hashbang && '//'}${text}`, loader: loaderOf(path) };
  });
}

function namesOf(path: string, text: string): string {
  const url = JSON.stringify(pathToFileURL(path).href);
  const names = [
    `const __dstreamsUrl = ${url}`,
    `__dstreamsFile = ${JSON.stringify(path)}`,
    `__dstreamsFolder = ${JSON.stringify(join(path, '..'))}`,
  ];
  if (!/import\.meta\.resolve/.test(text)) return `${names.join(', ')}; `;
  // Without an `import`, which would make an ES module of a CommonJS file that has the words in a comment.
  const bare = `process.getBuiltinModule('node:module').createRequire(${url}).resolve(name)`;
  const resolve = [
    '__dstreamsResolve = (name) => ',
    String.raw`/^(\.{0,2}\/|[a-z][a-z0-9+.-]+:)/i.test(name) ? new URL(name, ${url}).href : `,
    `process.getBuiltinModule('node:url').pathToFileURL(${bare}).href`,
  ].join('');
  return `${[...names, resolve].join(', ')}; `;
}

function loaderOf(path: string): 'ts' | 'tsx' | 'js' | 'jsx' {
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  if (path.endsWith('.tsx')) return 'tsx';
  return path.endsWith('.jsx') ? 'jsx' : 'js';
}
