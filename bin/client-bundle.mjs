import { join } from 'node:path';
import { ENTRIES } from './entries.mjs';
import { repositoryRoot } from './repository-root.mjs';

/** `dist/client.browser.mjs`, one file that a page can load as it is; returns what esbuild says, with `write: false` the file. */
export async function bundleClient(options = {}) {
  const { build } = await import('esbuild');
  return build({
    absWorkingDir: repositoryRoot,
    entryPoints: [ENTRIES['client.browser']],
    outfile: join(repositoryRoot, 'dist', 'client.browser.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
    ...options,
  });
}
