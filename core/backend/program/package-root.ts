import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the running copy of the package: `index.mjs`, `java.mjs`, `testing.mjs`, `worker.mjs` and the chunks lie
 * flat in it, in a development build and in `dist` alike. Every `dstreams*` import of a program is resolved to it.
 */
export function packageRoot(): string {
  return dirname(fileURLToPath(import.meta.url));
}
