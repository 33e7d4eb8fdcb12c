import { fileURLToPath } from 'node:url';
import type { Need } from '../../../bin/test/needs.ts';
import { toolFolder } from '../../../bin/test-tools/tools.mjs';
import { JVM, javaClasses } from '../java.ts';
import { type Driver, processDriver } from './driver.ts';
import { nodeDriver } from './node-driver.ts';

const at = (path: string) => fileURLToPath(new URL(`../../clients/${path}`, import.meta.url));

/** How each client library is driven, and what that needs of the machine. */
export const CLIENTS: Readonly<
  Record<'node' | 'python' | 'java', { readonly needs: readonly Need[]; start(): Driver }>
> = {
  node: { needs: [], start: nodeDriver },
  python: {
    needs: ['python', 'websockets'],
    start: () =>
      processDriver(`${toolFolder('websockets')}/bin/python`, ['-B', at('python/tests/driver.py')], {
        PYTHONPATH: at('python/src'),
      }),
  },
  java: {
    needs: ['java'],
    start: () => processDriver('java', [...JVM, '-cp', javaClasses(), 'dstreams.client.ScenarioDriver']),
  },
};
