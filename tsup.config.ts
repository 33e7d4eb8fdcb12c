import { existsSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { classNames } from './bin/class-names.mjs';
import { ENTRIES, PUBLIC_ENTRIES } from './bin/entries.mjs';

const present = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, ENTRIES[name]!]).filter(([, path]) => existsSync(path!)));

/**
 * One ES module build with shared chunks, flat in dist/. There is no CommonJS build: each would be an engine of its own
 * (`Tuple2` of two subpaths would differ). bin/build.mjs adds CommonJS entries that hand out these very modules.
 */
export default defineConfig({
  entry: present([...PUBLIC_ENTRIES, 'worker', 'cli']),
  dts: { entry: present(PUBLIC_ENTRIES), compilerOptions: { paths: {} } },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  splitting: true,
  sourcemap: true,
  clean: true,
  shims: false,
  removeNodeProtocol: false,
  esbuildPlugins: [classNames],
  outExtension: () => ({ js: '.mjs' }),
});
